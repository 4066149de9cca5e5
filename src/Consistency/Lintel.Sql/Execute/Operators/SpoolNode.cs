using System.Collections.Immutable;

namespace Lintel.Sql.Execute.Operators;

/// <summary>
/// Reads all of its input before it gives the first row: between what reads a table and what writes it, so that a
/// statement sees the state before itself.
/// </summary>
public sealed class SpoolNode(PlanNode input, RegisterTable registers) : PlanNode
{
    private readonly SavedRegisters _saved = new(registers, input);

    /// <inheritdoc/>
    public override ImmutableArray<PlanNode> Inputs => [input];

    /// <inheritdoc/>
    public override string Title => "Materialize";

    /// <inheritdoc/>
    protected override Cursor Open(Frame frame) => new SpoolCursor(input.Start(frame), _saved, frame);

    private sealed class SpoolCursor(Cursor input, SavedRegisters saved, Frame frame) : Cursor
    {
        private readonly Queue<SqlValueRow> _rows = [];
        private bool _isFilled;

        public override async ValueTask<bool> NextAsync()
        {
            if (!_isFilled)
            {
                _isFilled = true;
                while (await input.NextAsync()) _rows.Enqueue(saved.Save(frame));
            }

            if (!_rows.TryDequeue(out SqlValueRow row)) return false;
            saved.Restore(frame, row.Values);
            frame.Scope.Memory.Release(row.Bytes);
            return true;
        }

        public override void Reset()
        {
            Forget();
            _isFilled = false;
            input.Reset();
        }

        public override ValueTask CloseAsync()
        {
            Forget();
            return input.CloseAsync();
        }

        private void Forget()
        {
            foreach (SqlValueRow row in _rows) frame.Scope.Memory.Release(row.Bytes);
            _rows.Clear();
        }
    }
}
