using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Expressions;

/// <summary>A value known when the statement was bound.</summary>
public sealed class ConstantExpression(SqlValue value, SqlType type, int position = 0) : BoundExpression(type, position)
{
    /// <summary>The value.</summary>
    public SqlValue Value { get; } = value;

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame) => Value;

    /// <inheritdoc/>
    public override void Describe(ExpressionText text)
    {
        if (Value.IsNull) text.Add("NULL");
        else if (Type.Kind == SqlKind.Bool) text.Add(Value.AsBool() ? "true" : "false");
        else if (Type.Kind is SqlKind.Int2 or SqlKind.Int4 or SqlKind.Int8 or SqlKind.Oid) text.Add(Value.AsInt64());
        else text.Add("'").Add(Text().Replace("'", "''", StringComparison.Ordinal)).Add("'");
        if (text.IsKey || (!Value.IsNull && Type.Kind is not (SqlKind.Bool or SqlKind.Int4)))
            text.Add("::").Add(Type.DisplayName);
    }

    // A literal that has no type yet is the text that was written.
    private string Text() =>
        Type.Kind == SqlKind.Unknown ? Value.AsString() : TextFormat.ToText(Value, Type, TypeContext.Default);
}

/// <summary>A register: a column, or something that a plan node computed.</summary>
/// <param name="register">Its number.</param>
/// <param name="type">Type of what it holds.</param>
/// <param name="name">As EXPLAIN shows it.</param>
/// <param name="position">Where it was written.</param>
public sealed class RegisterExpression(int register, SqlType type, string name, int position = 0)
    : BoundExpression(type, position)
{
    /// <summary>Its number.</summary>
    public int Register { get; } = register;

    /// <summary>Column name, with its table where that helps.</summary>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame) => frame.Registers[Register];

    /// <inheritdoc/>
    public override void Describe(ExpressionText text)
    {
        if (text.IsKey) text.Add("r").Add(Register);
        else text.Add(Name);
    }
}

/// <summary>$n. Its type may be found out after it was made, from the context it stands in.</summary>
public sealed class ParameterExpression(int number, ParameterTypes types, int position)
    : BoundExpression(SqlType.Unknown, position)
{
    /// <summary>From 1.</summary>
    public int Number { get; } = number;

    /// <inheritdoc/>
    public override SqlType Type => types[Number];

    /// <summary>Gives the parameter a type, if it has none yet.</summary>
    public void Infer(SqlType type) => types.Infer(Number, type);

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame) => frame.Registers[Number - 1];

    /// <inheritdoc/>
    public override void Describe(ExpressionText text) => text.Add("$").Add(Number);
}

/// <summary>What is known of the parameters' types while a statement is bound.</summary>
public sealed class ParameterTypes
{
    private readonly List<SqlType> _types = [];

    /// <summary>Types given by the client; unknown where it gave none.</summary>
    public ParameterTypes(ReadOnlySpan<SqlType> given, int count)
    {
        foreach (SqlType type in given) _types.Add(type);
        while (_types.Count < count) _types.Add(SqlType.Unknown);
    }

    /// <summary>Number of parameters.</summary>
    public int Count => _types.Count;

    /// <summary>Type of $n.</summary>
    public SqlType this[int number] => _types[number - 1];

    /// <summary>Gives $n a type unless it has one.</summary>
    public void Infer(int number, SqlType type)
    {
        if (_types[number - 1].Kind == SqlKind.Unknown) _types[number - 1] = type.Bare;
    }
}
