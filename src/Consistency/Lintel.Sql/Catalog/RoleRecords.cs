using Lintel.Primitives.Keys;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Catalog;

/// <summary>Reads and writes roles, inside whatever transaction it is given.</summary>
public static class RoleRecords
{
    /// <summary>The role of that name, or null.</summary>
    public static async ValueTask<RoleDescriptor?> FindAsync(
        IKeyReader reader, string name, LockStrength strength = LockStrength.Shared, CancellationToken cancellation = default)
    {
        ReadOnlyMemory<byte>? stored = await reader.GetAsync(CatalogKeys.Role(name), strength, cancellation);
        return stored is { } bytes ? RoleDescriptor.Decode(bytes) : null;
    }

    /// <summary>Every role, by name.</summary>
    public static async ValueTask<IReadOnlyList<RoleDescriptor>> ListAsync(
        IKeyReader reader, CancellationToken cancellation = default)
    {
        var roles = new List<RoleDescriptor>();
        KeySpan rest = CatalogKeys.Roles;
        while (!rest.IsEmpty)
        {
            ScanPage page = await reader.ScanAsync(rest, default, cancellation);
            foreach (KeyRow row in page.Rows) roles.Add(RoleDescriptor.Decode(row.Value));
            rest = page.Rest;
        }

        return roles;
    }

    /// <summary>Writes a role, over an older one of its name if there is one.</summary>
    public static ValueTask PutAsync(
        ITransaction transaction, RoleDescriptor role, CancellationToken cancellation = default) =>
        transaction.PutAsync(CatalogKeys.Role(role.Name), role.Encode(), cancellation);

    /// <summary>Removes the role of that name; none is fine.</summary>
    public static ValueTask DeleteAsync(ITransaction transaction, string name, CancellationToken cancellation = default) =>
        transaction.DeleteAsync(CatalogKeys.Role(name), cancellation);
}
