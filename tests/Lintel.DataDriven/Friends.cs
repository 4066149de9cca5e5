using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Lintel.Simulation.Tests")]
