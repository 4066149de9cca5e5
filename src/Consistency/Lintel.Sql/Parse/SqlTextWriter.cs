using System.Collections.Immutable;
using System.Text;
using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Parse;

/// <summary>Pieces of SQL text that all renderers need.</summary>
internal sealed class SqlTextWriter
{
    private readonly StringBuilder _text = new();

    public SqlTextWriter Add(string text)
    {
        _text.Append(text);
        return this;
    }

    public SqlTextWriter Add(long number)
    {
        _text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{number}");
        return this;
    }

    public SqlTextWriter If(bool condition, string text) => condition ? Add(text) : this;

    public SqlTextWriter Name(string name) => Add(Identifiers.Quote(name));

    public SqlTextWriter Name(QualifiedName name)
    {
        for (int i = 0; i < name.Parts.Length; i++) If(i > 0, ".").Name(name.Parts[i]);
        return this;
    }

    public SqlTextWriter Names(ImmutableArray<QualifiedName> names)
    {
        for (int i = 0; i < names.Length; i++) If(i > 0, ", ").Name(names[i]);
        return this;
    }

    /// <summary> (a, b), with a blank in front; nothing when empty.</summary>
    public SqlTextWriter Columns(ImmutableArray<ColumnName> columns)
    {
        if (columns.IsEmpty) return this;
        Add(" (");
        for (int i = 0; i < columns.Length; i++) If(i > 0, ", ").Name(columns[i].Name);
        return Add(")");
    }

    public SqlTextWriter Literal(string value) => Add(StringEscapes.QuoteLiteral(value));

    public SqlTextWriter List<T>(ImmutableArray<T> items, Action<T> write)
    {
        for (int i = 0; i < items.Length; i++)
        {
            If(i > 0, ", ");
            write(items[i]);
        }

        return this;
    }

    public override string ToString() => _text.ToString();
}
