using System.Text;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>What a parameter takes.</summary>
internal enum ParameterForm
{
    /// <summary>One type.</summary>
    Concrete,

    /// <summary>any: whatever comes, uncast.</summary>
    Any,

    /// <summary>anyelement: all of these in a call are one type.</summary>
    AnyElement,

    /// <summary>anynonarray.</summary>
    AnyNonArray,

    /// <summary>anyarray: an array of that type.</summary>
    AnyArray,

    /// <summary>anycompatible: all of these are cast to their common type.</summary>
    AnyCompatible,

    /// <summary>anycompatiblearray.</summary>
    AnyCompatibleArray,
}

/// <summary>A parameter, or the result, of a function.</summary>
internal readonly record struct Parameter(ParameterForm Form, SqlType Type)
{
    public bool IsConcrete => Form == ParameterForm.Concrete;

    public static Parameter Parse(string name) => name switch
    {
        "any" => new Parameter(ParameterForm.Any, default),
        "anyelement" => new Parameter(ParameterForm.AnyElement, default),
        "anynonarray" => new Parameter(ParameterForm.AnyNonArray, default),
        "anyarray" => new Parameter(ParameterForm.AnyArray, default),
        "anycompatible" => new Parameter(ParameterForm.AnyCompatible, default),
        "anycompatiblearray" => new Parameter(ParameterForm.AnyCompatibleArray, default),
        _ when TypeRegistry.TryFindName(name, out SqlType type) => new Parameter(ParameterForm.Concrete, type),
        _ => throw new ArgumentException($"no type {name}", nameof(name)),
    };
}

/// <summary>
/// Name, parameters and properties of a function, read from a line like
/// <c>lpad(text, int4, text) text</c>, <c>concat(variadic any) text stable nonstrict</c>,
/// <c>array_length(anyarray, int4) int4</c>.
/// </summary>
internal sealed record Signature(
    string Name, Parameter[] Parameters, Parameter Result, bool IsVariadic, bool IsStrict, Volatility Volatility)
{
    public static Signature Parse(string text)
    {
        int open = text.IndexOf('(', StringComparison.Ordinal);
        int close = text.IndexOf(')', StringComparison.Ordinal);
        string[] names = text[(open + 1)..close].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        bool isVariadic = names.Length > 0 && names[^1].StartsWith("variadic ", StringComparison.Ordinal);
        if (isVariadic) names[^1] = names[^1]["variadic ".Length..];
        string[] rest = text[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new Signature(
            text[..open], Array.ConvertAll(names, Parameter.Parse), Parameter.Parse(rest[0]), isVariadic,
            !rest.Contains("nonstrict"),
            rest.Contains("volatile") ? Volatility.Volatile : rest.Contains("stable") ? Volatility.Stable : Volatility.Immutable);
    }

    /// <summary>Reads an operator: <c>int4 + int4 int4</c>, or <c>- int4 int4</c> for a prefix one; the result is last.</summary>
    public static Signature ParseOperator(string text)
    {
        string[] words = text.Split(' ');
        bool isStable = words[^1] == "stable";
        if (isStable) words = words[..^1];
        bool isPrefix = words.Length == 3;
        Parameter[] parameters = isPrefix
            ? [Parameter.Parse(words[1])]
            : [Parameter.Parse(words[0]), Parameter.Parse(words[2])];
        return new Signature(
            isPrefix ? words[0] : words[1], parameters, Parameter.Parse(words[^1]), false, true,
            isStable ? Volatility.Stable : Volatility.Immutable);
    }

    /// <summary>name(integer, text), as error messages show a call.</summary>
    public static string Describe(string name, ReadOnlySpan<SqlType> arguments)
    {
        var text = new StringBuilder(name).Append('(');
        for (int i = 0; i < arguments.Length; i++)
        {
            if (i > 0) text.Append(", ");
            text.Append(CallName(arguments[i]));
        }

        return text.Append(')').ToString();
    }

    /// <summary>A type as error messages about calls show it.</summary>
    public static string CallName(SqlType type) =>
        type.Bare.DisplayName;
}
