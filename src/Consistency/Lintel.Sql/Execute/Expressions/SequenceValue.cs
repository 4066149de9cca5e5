using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Expressions;

/// <summary>The next value of a sequence, for an identity column.</summary>
public sealed class SequenceValue(uint sequenceId) : DeferredExpression(SqlType.Int8, 0)
{
    /// <inheritdoc/>
    public override bool DependsOnRow => true;

    /// <inheritdoc/>
    public override async ValueTask<SqlValue> ComputeAsync(Frame frame)
    {
        ISessionFunctions session = frame.Scope.Functions
            ?? throw new SqlException(SqlStates.FeatureNotSupported, "sequences are not available here");
        return SqlValue.Of(await session.NextValueAsync(sequenceId, frame.Scope));
    }

    /// <inheritdoc/>
    public override void Describe(ExpressionText text) => text.Add("nextval(").Add(sequenceId).Add(")");
}
