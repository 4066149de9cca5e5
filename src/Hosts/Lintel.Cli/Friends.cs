using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Lintel.Conformance")]
