using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;

namespace Lintel.Sql.Catalog;

/// <summary>A role: a row of pg_authid, one record of the system database for all databases.</summary>
/// <param name="Oid">pg_authid.oid.</param>
/// <param name="Name">Its name.</param>
public sealed record RoleDescriptor(uint Oid, string Name)
{
    private const byte FormatVersion = 1;

    /// <summary>oid of the first superuser, as in PostgreSQL.</summary>
    public const uint BootstrapOid = 10;

    /// <summary>SUPERUSER: may do everything.</summary>
    public bool IsSuperuser { get; init; }

    /// <summary>LOGIN: may begin a session.</summary>
    public bool CanLogin { get; init; }

    /// <summary>CREATEDB.</summary>
    public bool CanCreateDatabase { get; init; }

    /// <summary>CREATEROLE.</summary>
    public bool CanCreateRole { get; init; }

    /// <summary>INHERIT.</summary>
    public bool Inherits { get; init; } = true;

    /// <summary>REPLICATION.</summary>
    public bool CanReplicate { get; init; }

    /// <summary>BYPASSRLS.</summary>
    public bool BypassesRowSecurity { get; init; }

    /// <summary>CONNECTION LIMIT; -1 is none.</summary>
    public int ConnectionLimit { get; init; } = -1;

    /// <summary>What is kept of the password (a SCRAM-SHA-256 verifier); null when the role has none.</summary>
    public string? Verifier { get; init; }

    /// <summary>VALID UNTIL of the password, microseconds since 2000-01-01 UTC; long.MaxValue is for ever, null is not said.</summary>
    public long? ValidUntil { get; init; }

    /// <summary>The record as it is stored.</summary>
    public byte[] Encode()
    {
        var writer = new WireWriter();
        writer.Byte(FormatVersion);
        writer.Fixed32(Oid);
        writer.Text(Name);
        foreach (bool flag in new[]
            { IsSuperuser, CanLogin, CanCreateDatabase, CanCreateRole, Inherits, CanReplicate, BypassesRowSecurity })
            writer.Bool(flag);
        writer.SignedVarint(ConnectionLimit);
        writer.Bool(Verifier is not null);
        if (Verifier is not null) writer.Text(Verifier);
        writer.Bool(ValidUntil is not null);
        if (ValidUntil is { } until) writer.SignedVarint(until);
        return writer.ToArray();
    }

    /// <summary>Reads a stored record; Corruption when it is none.</summary>
    public static RoleDescriptor Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        byte version = reader.Byte();
        if (version != FormatVersion)
            throw new LintelException(
                ErrorCode.Corruption, $"a role record has format {version}, this node knows {FormatVersion}",
                "it was written by a newer version", "upgrade this node");
        uint oid = reader.Fixed32();
        var role = new RoleDescriptor(oid, reader.Text())
        {
            IsSuperuser = reader.Bool(),
            CanLogin = reader.Bool(),
            CanCreateDatabase = reader.Bool(),
            CanCreateRole = reader.Bool(),
            Inherits = reader.Bool(),
            CanReplicate = reader.Bool(),
            BypassesRowSecurity = reader.Bool(),
            ConnectionLimit = (int)reader.SignedVarint(),
            Verifier = reader.Bool() ? reader.Text() : null,
            ValidUntil = reader.Bool() ? reader.SignedVarint() : null,
        };
        reader.End();
        return role;
    }
}
