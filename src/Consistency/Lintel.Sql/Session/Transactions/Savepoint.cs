using Lintel.Sql.Catalog;
using Lintel.Sql.Session.Settings;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Session.Transactions;

/// <summary>A point of a transaction block to which ROLLBACK TO goes back.</summary>
/// <param name="Name">Its name; a later one of the same name hides it.</param>
/// <param name="Mark">The writes up to it; null when the transaction had not begun to do anything.</param>
/// <param name="Schema">The schema then; null likewise.</param>
/// <param name="HasSchemaChanges">Whether that schema held changes of the transaction's own.</param>
/// <param name="Settings">The settings then.</param>
internal sealed record Savepoint(
    string Name, WriteMark? Mark, DatabaseSchema? Schema, bool HasSchemaChanges, SettingValues Settings);
