using Lintel.Doors.Tests.Session;
using Lintel.Identity.Scram;
using Lintel.Identity.Users;
using Lintel.Sql.Catalog;
using Lintel.Sql.Types;
using Lintel.Transactions.Reference;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Lintel.Doors.Tests.Identity;

/// <summary>Users as records of the system database.</summary>
public sealed class UserDirectoryTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Users_are_created_found_given_passwords_and_dropped()
    {
        UserDirectory users = await StartAsync();
        RoleDescriptor ann = await users.CreateAsync("ann", "secret");
        Assert.True(ann.CanLogin);
        Assert.True(ScramVerifier.TryParse(ann.Verifier, out _));
        Assert.Equal(["admin", "ann"], (await users.ListAsync()).Select(role => role.Name));
        RoleDescriptor changed = await users.SetPasswordAsync("ann", "other");
        Assert.NotEqual(ann.Verifier, changed.Verifier);
        Assert.Equal(ann.Oid, changed.Oid);
        await users.DropAsync("ann");
        Assert.Null(await users.FindAsync("ann"));
    }

    [Fact]
    public async Task Names_are_taken_once_and_must_be_there_to_be_changed()
    {
        UserDirectory users = await StartAsync();
        await users.CreateAsync("ann", "secret");
        Assert.Equal("42710", (await Assert.ThrowsAsync<SqlException>(() => users.CreateAsync("ann", "x").AsTask())).Error.SqlState);
        Assert.Equal("42704", (await Assert.ThrowsAsync<SqlException>(() => users.SetPasswordAsync("bob", "x").AsTask())).Error.SqlState);
        Assert.Equal("42704", (await Assert.ThrowsAsync<SqlException>(() => users.DropAsync("bob").AsTask())).Error.SqlState);
        Assert.Equal("42602", (await Assert.ThrowsAsync<SqlException>(() => users.CreateAsync("", "x").AsTask())).Error.SqlState);
    }

    [Fact]
    public async Task Starting_twice_keeps_the_first_superuser_as_it_is()
    {
        var transactions = new MemoryTransactionSource(_time);
        var users = new UserDirectory(transactions, _time, new IdAllocator(transactions));
        await users.StartAsync("admin", "first");
        string? before = (await users.FindAsync("admin"))!.Verifier;
        await users.StartAsync("admin", "second");
        Assert.Equal(before, (await users.FindAsync("admin"))!.Verifier);
    }

    [Fact]
    public void A_role_reads_back_as_it_was_written()
    {
        var role = new RoleDescriptor(4711, "ünï")
        {
            IsSuperuser = true, CanLogin = true, Inherits = false, ConnectionLimit = 3, Verifier = "v", ValidUntil = 12345,
        };
        Assert.Equal(role, RoleDescriptor.Decode(role.Encode()));
        Assert.Equal(new RoleDescriptor(1, "plain"), RoleDescriptor.Decode(new RoleDescriptor(1, "plain").Encode()));
    }

    private async Task<UserDirectory> StartAsync()
    {
        var transactions = new MemoryTransactionSource(_time);
        var users = new UserDirectory(transactions, _time, new IdAllocator(transactions));
        await users.StartAsync(DoorWorld.Superuser);
        return users;
    }
}
