using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>One column of a result, as RowDescription wants it.</summary>
/// <param name="Name">Name or alias; <c>?column?</c> where there is none.</param>
/// <param name="Type">Its type. An unknown literal has become text.</param>
/// <param name="TableOid">The table whose column it is, or 0.</param>
/// <param name="ColumnNumber">Attribute number in that table, or 0.</param>
public sealed record ResultColumn(string Name, SqlType Type, uint TableOid = 0, short ColumnNumber = 0);
