namespace Lintel.Sql.Execute;

/// <summary>
/// A running plan node: moves from row to row, each time writing its registers. Pulled by one caller; what a row wrote
/// stands until the next <see cref="NextAsync"/>.
/// </summary>
public abstract class Cursor
{
    /// <summary>Moves to the next row; false at the end.</summary>
    public abstract ValueTask<bool> NextAsync();

    /// <summary>Starts again, with what the registers of the plan around it hold now.</summary>
    public abstract void Reset();

    /// <summary>
    /// Starts again where nothing around has changed that it reads: what keeps its rows may give the same again.
    /// </summary>
    public virtual void Rewind() => Reset();

    /// <summary>Gives back what it holds: memory counted with the statement, cursors below. Called once, at the end.</summary>
    public virtual ValueTask CloseAsync() => ValueTask.CompletedTask;
}
