using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Lintel.Doors.Tests")]
