namespace Lintel.Doors.Console.Codec;

/// <summary>Whether a node does its work.</summary>
/// <param name="Serving">Whether it serves; the HTTP status says the same.</param>
/// <param name="Problems">What keeps it from serving, or will soon; empty when all is well.</param>
public sealed record NodeHealth(bool Serving, IReadOnlyList<string> Problems);
