using Lintel.Primitives.Errors;

namespace Lintel.Transactions.Gateway;

/// <summary>
/// Follows splits that move. The first move is followed at once; after that whoever owns the keys now may not be known
/// yet, or not be ready, so each further one waits a little longer.
/// </summary>
internal struct MovePatience(TimeProvider time, int movesMax)
{
    private const int PauseMaxMilliseconds = 100;
    private int _moves;

    /// <summary>The keys moved once more: waits, or throws Unavailable when it was too often.</summary>
    public Task OnMovedAsync()
    {
        int pause = Math.Min(PauseMaxMilliseconds, 1 << Math.Min(_moves, 10));
        if (++_moves > movesMax)
        {
            throw new LintelException(
                ErrorCode.Unavailable, "no split was found for the keys", $"they moved {movesMax} times in a row", "try again");
        }

        return _moves == 1 ? Task.CompletedTask : Task.Delay(TimeSpan.FromMilliseconds(pause), time);
    }
}
