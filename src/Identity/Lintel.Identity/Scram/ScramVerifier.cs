using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Lintel.Identity.Scram;

/// <summary>
/// What the server keeps of a password for SCRAM-SHA-256 (RFC 5802 and 7677): enough to check a client that knows the
/// password, not enough to become that client. Printed as PostgreSQL prints it in pg_authid.rolpassword:
/// <c>SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey</c>.
/// </summary>
public sealed class ScramVerifier
{
    /// <summary>PBKDF2 rounds of new verifiers, PostgreSQL's default.</summary>
    public const int DefaultIterations = 4096;

    /// <summary>Bytes of a new salt.</summary>
    public const int SaltLength = 16;

    private const string Prefix = "SCRAM-SHA-256$";
    private const int IterationsMax = 10_000_000;

    private ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey)
    {
        Iterations = iterations;
        Salt = salt;
        StoredKey = storedKey;
        ServerKey = serverKey;
    }

    /// <summary>PBKDF2 rounds.</summary>
    public int Iterations { get; }

    /// <summary>The salt.</summary>
    public ReadOnlyMemory<byte> Salt { get; }

    /// <summary>The hash of the client's key.</summary>
    internal ReadOnlyMemory<byte> StoredKey { get; }

    /// <summary>The key that the server signs with.</summary>
    internal ReadOnlyMemory<byte> ServerKey { get; }

    /// <summary>A verifier of a password, with a fresh salt.</summary>
    public static ScramVerifier OfPassword(string password, int iterations = DefaultIterations) =>
        OfPassword(password, RandomNumberGenerator.GetBytes(SaltLength), iterations);

    /// <summary>A verifier of a password with a given salt.</summary>
    public static ScramVerifier OfPassword(string password, byte[] salt, int iterations)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(
            ScramText.Normalize(password), salt, iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        byte[] clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        return new ScramVerifier(
            iterations, salt, SHA256.HashData(clientKey), HMACSHA256.HashData(salted, "Server Key"u8));
    }

    /// <summary>
    /// A verifier that no password matches, for a user that does not exist: its salt depends on the name alone, so that
    /// a stranger who asks twice learns nothing.
    /// </summary>
    public static ScramVerifier Mock(string user, ReadOnlySpan<byte> secret)
    {
        byte[] salt = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(user))[..SaltLength];
        return new ScramVerifier(
            DefaultIterations, salt, RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes),
            RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes));
    }

    /// <summary>Reads what <see cref="ToString"/> printed; false for anything else.</summary>
    public static bool TryParse(string? text, out ScramVerifier? verifier)
    {
        verifier = null;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        string[] parts = text[Prefix.Length..].Split('$');
        if (parts is not [string parameters, string keys]) return false;
        if (parameters.Split(':') is not [string rounds, string saltText]) return false;
        if (keys.Split(':') is not [string storedText, string serverText]) return false;
        if (!int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out int iterations)) return false;
        if (iterations is < 1 or > IterationsMax) return false;
        if (!TryDecode(saltText, out byte[] salt) || salt.Length == 0) return false;
        if (!TryDecode(storedText, out byte[] stored) || stored.Length != SHA256.HashSizeInBytes) return false;
        if (!TryDecode(serverText, out byte[] server) || server.Length != SHA256.HashSizeInBytes) return false;
        verifier = new ScramVerifier(iterations, salt, stored, server);
        return true;
    }

    /// <summary>
    /// What to store for the PASSWORD of CREATE ROLE: a text that is a verifier already stays as it is, as in PostgreSQL.
    /// </summary>
    public static string Encode(string passwordOrVerifier) =>
        TryParse(passwordOrVerifier, out ScramVerifier? verifier)
            ? verifier!.ToString()
            : OfPassword(passwordOrVerifier).ToString();

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Prefix}{Iterations}:{Convert.ToBase64String(Salt.Span)}${Convert.ToBase64String(StoredKey.Span)}:{Convert.ToBase64String(ServerKey.Span)}");

    private static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out int length)) return false;
        bytes = bytes[..length];
        return true;
    }
}
