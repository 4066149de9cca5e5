using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Session.Commands;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Copy;

/// <summary>The options of a COPY, as PostgreSQL reads them.</summary>
internal sealed record CopyOptions
{
    /// <summary>FORMAT.</summary>
    public CopyFormat Format { get; private init; }

    /// <summary>DELIMITER, one byte.</summary>
    public byte Delimiter { get; private init; } = (byte)'\t';

    /// <summary>NULL.</summary>
    public string NullText { get; private init; } = "\\N";

    /// <summary>HEADER: the first line is, or is to be, the column names.</summary>
    public bool HasHeader { get; private init; }

    /// <summary>HEADER MATCH: the names of the header are compared.</summary>
    public bool MatchesHeader { get; private init; }

    /// <summary>QUOTE.</summary>
    public byte Quote { get; private init; } = (byte)'"';

    /// <summary>ESCAPE; the quote itself unless given.</summary>
    public byte Escape { get; private init; } = (byte)'"';

    /// <summary>FORCE_QUOTE *.</summary>
    public bool QuotesAll { get; private init; }

    /// <summary>FORCE_QUOTE (columns).</summary>
    public ImmutableArray<string> ForceQuote { get; private init; } = [];

    /// <summary>FORCE_NOT_NULL (columns).</summary>
    public ImmutableArray<string> ForceNotNull { get; private init; } = [];

    /// <summary>FORCE_NULL (columns).</summary>
    public ImmutableArray<string> ForceNull { get; private init; } = [];

    /// <summary>Reads them. Throws 42601, 22023 and 0A000 as PostgreSQL does.</summary>
    public static CopyOptions Read(CopyStatement copy)
    {
        CopyFormat format = FormatOf(copy.Options);
        bool isCsv = format == CopyFormat.Csv;
        var options = new CopyOptions
        {
            Format = format,
            Delimiter = isCsv ? (byte)',' : (byte)'\t',
            NullText = isCsv ? "" : "\\N",
        };
        bool hasEscape = false;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (OptionSetting option in copy.Options)
        {
            if (!seen.Add(option.Name))
                throw new SqlException(SqlStates.SyntaxError, "conflicting or redundant options", option.Position);
            if (option.Name is "quote" or "escape" or "force_quote" or "force_not_null" or "force_null" && !isCsv)
                throw Bad($"COPY {option.Name.Replace('_', ' ').ToUpperInvariant()} available only in CSV mode", option);
            if (format == CopyFormat.Binary && option.Name is "delimiter" or "null" or "header" && format == CopyFormat.Binary)
                throw new SqlException(SqlStates.SyntaxError, $"cannot specify {option.Name.ToUpperInvariant()} in BINARY mode", option.Position);
            options = option.Name switch
            {
                "format" or "freeze" => options,
                "delimiter" => options with { Delimiter = OneByte(option, "delimiter") },
                "null" => options with { NullText = OptionValues.Text(option) ?? "" },
                "header" => Header(options, option),
                "quote" => options with { Quote = OneByte(option, "quote") },
                "escape" => options with { Escape = OneByte(option, "escape") },
                "force_quote" => ForceQuoteOf(options, option),
                "force_not_null" => options with { ForceNotNull = Names(option) },
                "force_null" => options with { ForceNull = Names(option) },
                "encoding" => Encoding(options, option),
                _ => throw new SqlException(SqlStates.SyntaxError, $"option \"{option.Name}\" not recognized", option.Position),
            };
            hasEscape |= option.Name == "escape";
        }

        if (!hasEscape) options = options with { Escape = options.Quote };
        options.RequireConsistent();
        return options;
    }

    private static CopyFormat FormatOf(ImmutableArray<OptionSetting> options)
    {
        OptionSetting? written = options.FirstOrDefault(o => o.Name == "format");
        return written is null ? CopyFormat.Text : OptionValues.Text(written) switch
        {
            "text" => CopyFormat.Text,
            "csv" => CopyFormat.Csv,
            "binary" => CopyFormat.Binary,
            var other => throw Bad($"COPY format \"{other}\" not recognized", written),
        };
    }

    private static CopyOptions Header(CopyOptions options, OptionSetting option)
    {
        if (option.Value is not null && OptionValues.Text(option.Value).Equals("match", StringComparison.OrdinalIgnoreCase))
            return options with { HasHeader = true, MatchesHeader = true };
        return options with { HasHeader = OptionValues.Boolean(option) };
    }

    private static CopyOptions ForceQuoteOf(CopyOptions options, OptionSetting option) =>
        option.Value is StarReference ? options with { QuotesAll = true } : options with { ForceQuote = Names(option) };

    private static CopyOptions Encoding(CopyOptions options, OptionSetting option)
    {
        string name = (OptionValues.Text(option) ?? "").Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
        return name is "UTF8" or "UNICODE"
            ? options
            : throw new SqlException(SqlStates.FeatureNotSupported, $"COPY with encoding {name} is not supported", option.Position);
    }

    private static ImmutableArray<string> Names(OptionSetting option) => option.Value switch
    {
        RowConstructor list => [.. list.Items.Select(OptionValues.Text)],
        null => throw Bad($"argument to option \"{option.Name}\" must be a list of column names", option),
        _ => [OptionValues.Text(option.Value)],
    };

    private static byte OneByte(OptionSetting option, string what)
    {
        string text = OptionValues.Text(option) ?? "";
        if (text.Length == 1 && text[0] is < (char)128 and not ('\r' or '\n')) return (byte)text[0];
        if (text.Length == 1 && text[0] is '\r' or '\n')
            throw Bad($"COPY {what} cannot be newline or carriage return", option);
        throw new SqlException(SqlStates.FeatureNotSupported, $"COPY {what} must be a single one-byte character", option.Position);
    }

    private void RequireConsistent()
    {
        if (Format == CopyFormat.Binary) return;
        if (NullText.AsSpan().IndexOfAny('\r', '\n') >= 0)
            throw new SqlException(SqlStates.InvalidParameterValue, "COPY null representation cannot use newline or carriage return");
        if (Format == CopyFormat.Text && "\\.abcdefghijklmnopqrstuvwxyz0123456789".Contains((char)Delimiter, StringComparison.Ordinal))
            throw new SqlException(SqlStates.InvalidParameterValue, $"COPY delimiter cannot be \"{(char)Delimiter}\"");
        if (Format == CopyFormat.Csv && Delimiter == Quote)
            throw new SqlException(SqlStates.InvalidParameterValue, "COPY delimiter and quote must be different");
        if (NullText.Contains((char)Delimiter, StringComparison.Ordinal))
            throw new SqlException(SqlStates.InvalidParameterValue, "COPY delimiter character must not appear in the NULL specification");
    }

    private static SqlException Bad(string message, OptionSetting option) =>
        new(SqlStates.InvalidParameterValue, message, option.Position);
}
