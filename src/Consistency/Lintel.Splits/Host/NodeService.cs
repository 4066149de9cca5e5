namespace Lintel.Splits.Host;

/// <summary>The services of the request channel that splits use. The numbers are on the wire: add, never renumber.</summary>
public static class NodeService
{
    /// <summary>One-way: Raft messages of many groups, see <see cref="RaftFrame"/>.</summary>
    public const byte Raft = 1;

    /// <summary>One-way: support asked for and given, see <see cref="Lease.SupportMessage"/>.</summary>
    public const byte Support = 2;

    /// <summary>Call: a <see cref="Requests.SplitRequest"/>.</summary>
    public const byte Request = 3;

    /// <summary>Call: a part of a RaftSnapshot.</summary>
    public const byte Snapshot = 4;

    /// <summary>Call: an invitation to hold a replica.</summary>
    public const byte Invite = 5;

    /// <summary>Call: a request to give up a schema lease; SQL's, answered above the splits.</summary>
    public const byte SchemaLease = 6;
}
