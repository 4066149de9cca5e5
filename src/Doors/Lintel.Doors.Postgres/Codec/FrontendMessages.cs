using System.Buffers.Binary;

namespace Lintel.Doors.Postgres.Codec;

/// <summary>A simple query. The spans of all messages are slices of the payload: they live as long as it does.</summary>
public readonly ref struct QueryMessage
{
    /// <summary>SQL, UTF-8.</summary>
    public ReadOnlySpan<byte> Text { get; private init; }

    /// <summary>Reads a payload; false when it is malformed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out QueryMessage message)
    {
        var reader = new FieldReader(payload);
        message = new QueryMessage { Text = reader.Text() };
        return reader.IsComplete;
    }
}

/// <summary>Parse: a statement to prepare.</summary>
public readonly ref struct ParseMessage
{
    private readonly ReadOnlySpan<byte> _oids;

    private ParseMessage(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, ReadOnlySpan<byte> oids)
    {
        Name = name;
        Text = text;
        _oids = oids;
    }

    /// <summary>Name of the statement; empty for the unnamed one.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>SQL, UTF-8.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>How many parameter types are given.</summary>
    public int TypeCount => _oids.Length / sizeof(uint);

    /// <summary>The oid given for a parameter; 0 leaves it to inference.</summary>
    public uint TypeOid(int parameter) => BinaryPrimitives.ReadUInt32BigEndian(_oids[(parameter * sizeof(uint))..]);

    /// <summary>Reads a payload; false when it is malformed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out ParseMessage message)
    {
        var reader = new FieldReader(payload);
        ReadOnlySpan<byte> name = reader.Text();
        ReadOnlySpan<byte> text = reader.Text();
        message = new ParseMessage(name, text, reader.Take(reader.Count(sizeof(uint)) * sizeof(uint)));
        return reader.IsComplete;
    }
}

/// <summary>What Describe and Close name.</summary>
public readonly ref struct TargetMessage
{
    /// <summary>Whether a prepared statement is meant, not a portal.</summary>
    public bool IsStatement { get; private init; }

    /// <summary>Its name; empty for the unnamed one.</summary>
    public ReadOnlySpan<byte> Name { get; private init; }

    /// <summary>Reads a payload; false when it is malformed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out TargetMessage message)
    {
        var reader = new FieldReader(payload);
        byte kind = reader.Byte();
        message = new TargetMessage { IsStatement = kind == (byte)'S', Name = reader.Text() };
        return reader.IsComplete && kind is (byte)'S' or (byte)'P';
    }
}

/// <summary>Execute of a portal.</summary>
public readonly ref struct ExecuteMessage
{
    /// <summary>Name of the portal.</summary>
    public ReadOnlySpan<byte> Portal { get; private init; }

    /// <summary>Rows wanted at most; 0 (or a negative number, as in PostgreSQL) is all.</summary>
    public int MaxRows { get; private init; }

    /// <summary>Reads a payload; false when it is malformed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out ExecuteMessage message)
    {
        var reader = new FieldReader(payload);
        ReadOnlySpan<byte> portal = reader.Text();
        message = new ExecuteMessage { Portal = portal, MaxRows = Math.Max(0, reader.Int32()) };
        return reader.IsComplete;
    }
}

/// <summary>CopyFail: the client gives up, and says why.</summary>
public readonly ref struct CopyFailMessage
{
    /// <summary>Why, UTF-8.</summary>
    public ReadOnlySpan<byte> Reason { get; private init; }

    /// <summary>Reads a payload; false when it is malformed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out CopyFailMessage message)
    {
        var reader = new FieldReader(payload);
        message = new CopyFailMessage { Reason = reader.Text() };
        return reader.IsComplete;
    }
}

/// <summary>SASLInitialResponse: the mechanism that the client chose, and its first message.</summary>
public readonly ref struct SaslInitialMessage
{
    /// <summary>Name of the mechanism.</summary>
    public ReadOnlySpan<byte> Mechanism { get; private init; }

    /// <summary>The mechanism's first message; empty when there is none.</summary>
    public ReadOnlySpan<byte> Response { get; private init; }

    /// <summary>Reads a payload; false when it is malformed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out SaslInitialMessage message)
    {
        var reader = new FieldReader(payload);
        ReadOnlySpan<byte> mechanism = reader.Text();
        int length = reader.Int32();
        message = new SaslInitialMessage
        {
            Mechanism = mechanism,
            Response = length == -1 ? default : reader.Take(length),
        };
        return reader.IsComplete;
    }
}
