namespace Lintel.Raft.Log;

/// <summary>What an entry means to the one who applies it.</summary>
public enum EntryKind : byte
{
    /// <summary>A command of the state machine.</summary>
    Normal = 0,

    /// <summary>A change of the group's configuration: hand it to <see cref="RaftPeer.ApplyConfigurationChange"/>.</summary>
    ConfigurationChange = 1,

    /// <summary>The empty entry by which a new leader commits what it inherited. Nothing to apply.</summary>
    TermStart = 2,
}

/// <summary>One entry of a group's log. The bytes are referred to, never copied; nobody changes them.</summary>
/// <param name="Term">The term of the leader that created it.</param>
/// <param name="Index">Its position. Index and term together identify the contents everywhere (log matching).</param>
/// <param name="Kind">What it means.</param>
/// <param name="Data">The command; empty for <see cref="EntryKind.TermStart"/>.</param>
public readonly record struct LogEntry(Term Term, LogIndex Index, EntryKind Kind, ReadOnlyMemory<byte> Data)
{
    /// <summary>Bytes an entry counts for beyond its data, in every size limit of this project.</summary>
    public const int Overhead = 16;

    /// <summary>What the entry counts for in size limits, in bytes.</summary>
    public long Size => Overhead + Data.Length;
}
