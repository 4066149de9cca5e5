using Lintel.Primitives.Codec;
using Lintel.Primitives.Keys;
using Lintel.Splits.Mvcc;
using Lintel.Splits.Replica;
using Lintel.Splits.Store;

namespace Lintel.Splits.Snapshots;

/// <summary>Walks everything the ordered store holds for one split, besides its applied state, in chunks.</summary>
public sealed class SnapshotRows : IDisposable
{
    private readonly IOrderedView _view;
    private readonly List<(byte[] Start, byte[] End)> _spaces;
    private int _space;
    private IOrderedCursor? _cursor;
    private bool _onRow;

    /// <summary>Begins a walk over a view, which the walk disposes.</summary>
    public SnapshotRows(IOrderedView view, SplitState state)
    {
        _view = view;
        _spaces = SpacesOf(state);
        Enter();
    }

    /// <summary>Whether everything was handed out.</summary>
    public bool IsDone => !_onRow;

    /// <summary>The stored spans that belong to a split: versions, staged writes, outcomes, their marks, pending transactions.</summary>
    public static List<(byte[] Start, byte[] End)> SpacesOf(SplitState state)
    {
        KeySpan span = state.Descriptor.Span;
        var spaces = new List<(byte[], byte[])> { LocalKeys.PendingBounds(state.Descriptor.Split) };
        if (span.IsEmpty) return spaces;
        spaces.Add(LocalKeys.Bounds(VersionKey.Prefix, span));
        spaces.Add(LocalKeys.Bounds(LocalKeys.StagedPrefix, span));
        spaces.Add(LocalKeys.Bounds(LocalKeys.OutcomePrefix, span));
        spaces.Add(LocalKeys.Bounds(LocalKeys.UnresolvedPrefix, span));
        return spaces;
    }

    /// <summary>The next rows, up to about so many bytes.</summary>
    public ReadOnlyMemory<byte> Next(int bytesMax)
    {
        var writer = new WireWriter(bytesMax + 1024);
        while (_onRow && writer.Length < bytesMax)
        {
            writer.Bytes(_cursor!.Key);
            writer.Bytes(_cursor.Value);
            _onRow = _cursor.Next();
            if (_onRow) continue;
            _space++;
            Enter();
        }

        return writer.Written;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cursor?.Dispose();
        _view.Dispose();
    }

    private void Enter()
    {
        for (; _space < _spaces.Count; _space++)
        {
            _cursor?.Dispose();
            _cursor = _view.Cursor(_spaces[_space].Start, _spaces[_space].End);
            if (_onRow = _cursor.Seek(_spaces[_space].Start)) return;
        }
    }
}
