using Lintel.Primitives.Invariants;

namespace Lintel.Splits.Locks;

public sealed partial class LockTable
{
    // Replaces the locks of one mode, and the one asked for, by a single lock over their hull. Done only when nobody
    // else would be in its way: escalation must wound nobody and wait for nobody.
    private bool TryEscalate(LockHolder holder, ref LockSpan wanted, LockMode mode)
    {
        LockSpan hull = wanted;
        foreach (LockCell cell in holder.Cells)
            if (cell.ModeOf(holder) == mode) hull = LockSpan.Hull(hull, cell.Span);
        Look(hull, _near);
        if (FindRivals(holder, mode, _near, _victims) || _victims.Count > 0)
        {
            _victims.Clear();
            return false;
        }

        if (DropCovered(holder, hull, mode) == 0) return false;
        wanted = hull;
        return true;
    }

    private int DropCovered(LockHolder holder, in LockSpan hull, LockMode mode)
    {
        int kept = 0;
        List<LockCell> cells = holder.Cells;
        for (int i = 0; i < cells.Count; i++)
        {
            LockCell cell = cells[i];
            if (cell.ModeOf(holder) <= mode && hull.Contains(cell.Span))
            {
                cell.Disown(holder);
                DropIdle(cell);
            }
            else
            {
                cells[kept++] = cell;
            }
        }

        int dropped = cells.Count - kept;
        cells.RemoveRange(kept, dropped);
        return dropped;
    }

    // The whole table against its invariants; simulation and tests only.
    private void CheckAll()
    {
        if (!Invariant.Costly) return;
        foreach (LockHolder holder in _holders.Values)
        {
            Invariant.Require("K04", holder.Waiting is null || holder.Standing == LockStanding.Active);
            Invariant.Require("K05", holder.Standing == LockStanding.Prepared
                || holder.Cells.Count <= limits.LocksPerTransactionMax);
            foreach (LockCell cell in holder.Cells) CheckOwner(holder, cell);
        }

        foreach (LockWaiter waiter in _waiters.Values) CheckWaiter(waiter);
    }

    private void CheckOwner(LockHolder holder, LockCell cell)
    {
        LockMode mode = cell.ModeOf(holder)!.Value;
        Look(cell.Span, _nearWaiter);
        foreach (LockCell near in _nearWaiter)
        {
            for (int i = 0; i < near.OwnerCount; i++)
            {
                LockOwner other = near.Owner(i);
                Invariant.Require("K01", ReferenceEquals(other.Holder, holder) || !Conflicts(mode, other.Mode));
            }
        }
    }

    private void CheckWaiter(LockWaiter waiter)
    {
        Look(waiter.Cell.Span, _nearWaiter);
        Invariant.Require("K03", IsBlocked(waiter), "a request waits for nobody");
        foreach (LockCell near in _nearWaiter)
        {
            for (int i = 0; i < near.OwnerCount; i++)
            {
                LockOwner owner = near.Owner(i);
                bool rival = !ReferenceEquals(owner.Holder, waiter.Holder) && Conflicts(waiter.Mode, owner.Mode);
                Invariant.Require("K03", !rival || owner.Holder!.Standing == LockStanding.Prepared
                    || owner.Holder.Transaction.IsOlderThan(waiter.Holder.Transaction));
            }
        }
    }
}
