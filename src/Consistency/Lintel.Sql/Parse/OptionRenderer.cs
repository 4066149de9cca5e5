using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Parse;

/// <summary>Option lists as SQL text.</summary>
internal sealed class OptionRenderer(SqlTextWriter writer)
{
    private readonly ExpressionRenderer _expressions = new(writer);

    /// <summary>lead (name value, name value); nothing when empty.</summary>
    public void Parenthesized(string lead, ImmutableArray<OptionSetting> options)
    {
        if (options.IsEmpty) return;
        writer.Add(lead).Add("(").List(options, option =>
        {
            writer.Add(Word(option.Name));
            if (option.Value is null) return;
            writer.Add(" ");
            if (option.Value is RowConstructor row) writer.Add("(").List(row.Items, _expressions.Expression).Add(")");
            else Value(option.Value);
        }).Add(")");
    }

    /// <summary> WITH (name = value)</summary>
    public void Storage(string lead, ImmutableArray<OptionSetting> options)
    {
        if (options.IsEmpty) return;
        writer.Add(lead).Add("(").List(options, option =>
        {
            writer.Add(option.Name);
            if (option.Value is null) return;
            writer.Add(" = ");
            Value(option.Value);
        }).Add(")");
    }

    /// <summary>(START WITH 1 INCREMENT BY 2)</summary>
    public void Sequence(ImmutableArray<OptionSetting> options)
    {
        if (options.IsEmpty) return;
        writer.Add(" (");
        string separator = "";
        foreach (OptionSetting option in options)
        {
            writer.Add(separator);
            separator = " ";
            if (option.Value is BooleanLiteral cycle) writer.If(!cycle.Value, "NO ").Add("CYCLE");
            else if (option.Value is null) writer.If(option.Name != "restart", "NO ").Add(option.Name.ToUpperInvariant());
            else
            {
                writer.Add(option.Name switch
                {
                    "start" or "restart" => option.Name.ToUpperInvariant() + " WITH ",
                    "increment" => "INCREMENT BY ",
                    _ => option.Name.ToUpperInvariant() + " ",
                });
                _expressions.Expression(option.Value);
            }
        }

        writer.Add(")");
    }

    /// <summary>A value: bare words stay bare.</summary>
    public void Value(Expression value)
    {
        if (value is ColumnReference word) writer.Add(Word(word.Parts[0]));
        else _expressions.Expression(value);
    }

    /// <summary>A word where keywords need no quotes.</summary>
    private static string Word(string name) => Keywords.Find(name) is not null ? name : Identifiers.Quote(name);
}
