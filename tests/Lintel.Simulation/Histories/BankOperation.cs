namespace Lintel.Simulation.Histories;

/// <summary>An operation on the accounts of a bank.</summary>
public abstract record BankOperation
{
    /// <summary>Moves money between two accounts.</summary>
    public sealed record Transfer(int From, int To, long Amount) : BankOperation;

    /// <summary>Reads all accounts at one instant; the balances by account, null until answered.</summary>
    public sealed record Audit(IReadOnlyList<long>? Balances) : BankOperation
    {
        /// <inheritdoc/>
        public override string ToString() => $"audit [{(Balances is null ? "?" : string.Join(' ', Balances))}]";
    }
}
