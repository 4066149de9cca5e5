using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Lintel.Sql.Tests")]
