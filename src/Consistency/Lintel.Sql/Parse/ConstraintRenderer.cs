using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Parse;

/// <summary>Columns and constraints as SQL text.</summary>
internal sealed class ConstraintRenderer(SqlTextWriter writer)
{
    private readonly ExpressionRenderer _expressions = new(writer);
    private readonly OptionRenderer _options = new(writer);

    public void Column(ColumnDefinition column)
    {
        writer.Name(column.Name).Add(" ");
        _expressions.Type(column.Type);
        if (column.Collation is { } collation) writer.Add(" COLLATE ").Name(collation);
        foreach (ColumnConstraint constraint in column.Constraints)
        {
            writer.Add(" ");
            Named(constraint.Name);
            OfColumn(constraint);
        }
    }

    public void Table(TableConstraint constraint)
    {
        Named(constraint.Name);
        switch (constraint)
        {
            case CheckConstraint check: Check(check.Condition, check.NoInherit); break;
            case UniqueConstraint unique:
                writer.Add("UNIQUE").If(unique.NullsNotDistinct, " NULLS NOT DISTINCT");
                Key(unique.Columns, unique.Include, unique.Options, unique.UsingIndex, unique.Timing);
                break;
            case PrimaryKeyConstraint key:
                writer.Add("PRIMARY KEY");
                Key(key.Columns, key.Include, key.Options, key.UsingIndex, key.Timing);
                break;
            case ForeignKeyConstraint foreign:
                writer.Add("FOREIGN KEY").Columns(foreign.Columns).Add(" ");
                References(foreign.Reference);
                break;
            case UnsupportedConstraint unsupported: writer.Add("/* ").Add(unsupported.What).Add(" */"); break;
        }
    }

    private void Named(string? name)
    {
        if (name is not null) writer.Add("CONSTRAINT ").Name(name).Add(" ");
    }

    private void OfColumn(ColumnConstraint constraint)
    {
        switch (constraint)
        {
            case NotNullConstraint: writer.Add("NOT NULL"); break;
            case NullConstraint: writer.Add("NULL"); break;
            case DefaultConstraint value:
                writer.Add("DEFAULT ");
                Default(value.Value);
                break;
            case ColumnCheckConstraint check: Check(check.Condition, check.NoInherit); break;
            case ColumnUniqueConstraint unique:
                writer.Add("UNIQUE").If(unique.NullsNotDistinct, " NULLS NOT DISTINCT");
                _options.Storage(" WITH ", unique.Options);
                Timing(unique.Timing);
                break;
            case ColumnPrimaryKeyConstraint key:
                writer.Add("PRIMARY KEY");
                _options.Storage(" WITH ", key.Options);
                Timing(key.Timing);
                break;
            case ColumnReferencesConstraint references: References(references.Reference); break;
            case IdentityConstraint identity:
                writer.Add("GENERATED ").Add(identity.IsAlways ? "ALWAYS" : "BY DEFAULT").Add(" AS IDENTITY");
                _options.Sequence(identity.SequenceOptions);
                break;
            case GeneratedConstraint generated:
                writer.Add("GENERATED ALWAYS AS (");
                _expressions.Expression(generated.Value);
                writer.Add(") STORED");
                break;
        }
    }

    /// <summary>A default may not hold loose NOT, AND or IS: those get parentheses.</summary>
    private void Default(Expression value)
    {
        bool isLoose = value is AndExpression or OrExpression or NotExpression or IsNullExpression or IsBooleanExpression
            or IsDistinctExpression or BetweenExpression or LikeExpression or InListExpression or InSubqueryExpression
            or BinaryExpression or QuantifiedExpression or CollateExpression;
        writer.If(isLoose, "(");
        _expressions.Expression(value);
        writer.If(isLoose, ")");
    }

    private void Check(Expression condition, bool noInherit)
    {
        writer.Add("CHECK (");
        _expressions.Expression(condition);
        writer.Add(")").If(noInherit, " NO INHERIT");
    }

    private void Key(
        ImmutableArray<ColumnName> columns,
        ImmutableArray<ColumnName> include,
        ImmutableArray<OptionSetting> options,
        string? usingIndex,
        ConstraintTiming timing)
    {
        if (usingIndex is not null) writer.Add(" USING INDEX ").Name(usingIndex);
        writer.Columns(columns);
        if (!include.IsEmpty) writer.Add(" INCLUDE").Columns(include);
        _options.Storage(" WITH ", options);
        Timing(timing);
    }

    private void References(ForeignKeyClause clause)
    {
        writer.Add("REFERENCES ").Name(clause.Table).Columns(clause.Columns).If(clause.IsMatchFull, " MATCH FULL");
        if (clause.OnDelete != ReferentialAction.NoAction) writer.Add(" ON DELETE ").Add(ActionText(clause.OnDelete));
        if (clause.OnUpdate != ReferentialAction.NoAction) writer.Add(" ON UPDATE ").Add(ActionText(clause.OnUpdate));
        Timing(clause.Timing);
    }

    private static string ActionText(ReferentialAction action) => action switch
    {
        ReferentialAction.Restrict => "RESTRICT",
        ReferentialAction.Cascade => "CASCADE",
        ReferentialAction.SetNull => "SET NULL",
        ReferentialAction.SetDefault => "SET DEFAULT",
        _ => "NO ACTION",
    };

    private void Timing(ConstraintTiming timing) =>
        writer.If(timing.IsDeferrable, " DEFERRABLE").If(timing.IsInitiallyDeferred, " INITIALLY DEFERRED");
}
