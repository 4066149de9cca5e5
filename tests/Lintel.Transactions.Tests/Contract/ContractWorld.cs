using System.Globalization;
using System.Text;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Transactions.Api;

namespace Lintel.Transactions.Tests.Contract;

/// <summary>Short words for the scenarios of the contract: text keys and values, retries, whole scans.</summary>
internal static class ContractWorld
{
    public static readonly TransactionOptions Options = new("contract");

    public static Key K(string text) => Key.FromText(text);

    public static KeySpan Span(string start, string end) => new(K(start), K(end));

    public static ReadOnlyMemory<byte> V(string text) => Encoding.UTF8.GetBytes(text);

    public static string? Text(ReadOnlyMemory<byte>? value) =>
        value is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;

    public static async Task<string?> TextOf(this IKeyReader reader, string key) =>
        Text(await reader.GetAsync(K(key)));

    public static async Task Write(this ITransaction transaction, string key, string? value)
    {
        if (value is null) await transaction.DeleteAsync(K(key));
        else await transaction.PutAsync(K(key), V(value));
    }

    /// <summary>Commits rows in one transaction.</summary>
    public static async Task<Primitives.Time.Timestamp> Seed(this ITransactionSource source, params (string Key, string? Value)[] rows)
    {
        await using ITransaction transaction = source.Begin(Options);
        foreach ((string key, string? value) in rows) await transaction.Write(key, value);
        return await transaction.CommitAsync();
    }

    /// <summary>All rows of a span as "k=v k=v", page after page.</summary>
    public static async Task<string> Rows(this IKeyReader reader, string start, string end, ScanOptions options = default)
    {
        var text = new StringBuilder();
        for (KeySpan rest = Span(start, end); !rest.IsEmpty;)
        {
            ScanPage page = await reader.ScanAsync(rest, options);
            foreach (KeyRow row in page.Rows)
            {
                if (text.Length > 0) text.Append(' ');
                text.Append(CultureInfo.InvariantCulture, $"{row.Key}={Text(row.Value)}");
            }

            rest = page.Rest;
        }

        return text.ToString();
    }

    /// <summary>Runs a transaction until it commits, as a retry of its aborted attempts.</summary>
    public static async Task<Primitives.Time.Timestamp> Retry(this ITransactionSource source, Func<ITransaction, Task> body)
    {
        TransactionId? aborted = null;
        for (int attempt = 0; attempt < 1_000; attempt++)
        {
            await using ITransaction transaction = source.Begin(Options, aborted);
            try
            {
                await body(transaction);
                return await transaction.CommitAsync();
            }
            catch (LintelException failure) when (failure.Error.Code == ErrorCode.TransactionAborted)
            {
                aborted = transaction.Id;
            }
        }

        throw new InvalidOperationException("a transaction was aborted a thousand times");
    }

    /// <summary>Awaits a failure with this code.</summary>
    public static async Task Fails(ErrorCode code, Func<Task> action)
    {
        LintelException failure = await Xunit.Assert.ThrowsAsync<LintelException>(action);
        Xunit.Assert.Equal(code, failure.Error.Code);
    }

    /// <summary>Whether the action ended well; false when the transaction was aborted.</summary>
    public static async Task<bool> Survives(Func<Task> action)
    {
        try
        {
            await action();
            return true;
        }
        catch (LintelException failure) when (failure.Error.Code == ErrorCode.TransactionAborted)
        {
            return false;
        }
    }
}
