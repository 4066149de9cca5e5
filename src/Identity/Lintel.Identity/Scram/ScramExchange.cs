using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Lintel.Identity.Scram;

/// <summary>
/// The server's side of one SCRAM-SHA-256 exchange (RFC 5802, without channel binding): give it the client's two
/// messages in order. It is a value that is stepped; whoever holds the connection sends what it answers. The user name
/// inside the messages is ignored, as PostgreSQL does: the name of the start-up packet counts.
/// </summary>
public sealed class ScramExchange
{
    /// <summary>The mechanism's name.</summary>
    public const string Mechanism = "SCRAM-SHA-256";

    private const int NonceLength = 18;
    private readonly ScramVerifier _verifier;
    private readonly bool _isReal;
    private readonly string _serverNonce;
    private string _gs2Header = "";
    private string _clientFirstBare = "";
    private string _serverFirst = "";
    private string _nonce = "";
    private State _state;

    /// <summary>An exchange with a fresh nonce.</summary>
    /// <param name="verifier">The user's verifier, or a mock one.</param>
    /// <param name="isReal">Whether the user may be let in; a mock exchange runs to its end and is then rejected.</param>
    public ScramExchange(ScramVerifier verifier, bool isReal)
        : this(verifier, isReal, Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceLength)))
    {
    }

    /// <summary>An exchange with a given nonce of printable characters without commas.</summary>
    internal ScramExchange(ScramVerifier verifier, bool isReal, string serverNonce)
    {
        _verifier = verifier;
        _isReal = isReal;
        _serverNonce = serverNonce;
    }

    private enum State
    {
        AwaitingFirst,
        AwaitingFinal,
        Over,
    }

    /// <summary>Takes the client's next message.</summary>
    public ScramStep Step(ReadOnlySpan<byte> message)
    {
        State state = _state;
        _state = State.Over;
        if (state == State.Over) return Malformed("the exchange is over");
        if (message.IndexOf((byte)0) >= 0) return Malformed("a NUL in the message");
        string text = Encoding.UTF8.GetString(message);
        return state == State.AwaitingFirst ? First(text) : Final(text);
    }

    private ScramStep First(string message)
    {
        string[] parts = message.Split(',', 3);
        if (parts.Length != 3) return Malformed("attributes are missing");
        if (parts[0].StartsWith("p=", StringComparison.Ordinal))
            return Malformed("channel binding was asked for and is not offered");
        if (parts[0] is not ("n" or "y")) return Malformed("the channel-binding flag is unknown");
        if (parts[1].Length != 0) return Malformed("an authorization identity is not supported");
        _gs2Header = parts[0] + ",,";
        _clientFirstBare = parts[2];
        string[] attributes = _clientFirstBare.Split(',');
        if (attributes[0].StartsWith("m=", StringComparison.Ordinal)) return Malformed("a mandatory extension is not supported");
        if (attributes.Length < 2 || !attributes[0].StartsWith("n=", StringComparison.Ordinal))
            return Malformed("the user name is missing");
        if (!attributes[1].StartsWith("r=", StringComparison.Ordinal) || !IsPrintable(attributes[1].AsSpan(2)))
            return Malformed("the nonce is missing or not printable");
        _nonce = attributes[1][2..] + _serverNonce;
        _serverFirst = string.Create(
            CultureInfo.InvariantCulture,
            $"r={_nonce},s={Convert.ToBase64String(_verifier.Salt.Span)},i={_verifier.Iterations}");
        _state = State.AwaitingFinal;
        return new ScramStep(ScramStepKind.Continue, Encoding.UTF8.GetBytes(_serverFirst));
    }

    private ScramStep Final(string message)
    {
        int proofAt = message.LastIndexOf(",p=", StringComparison.Ordinal);
        if (proofAt < 0) return Malformed("the proof is missing");
        string withoutProof = message[..proofAt];
        string[] attributes = withoutProof.Split(',');
        if (attributes.Length < 2) return Malformed("attributes are missing");
        string binding = "c=" + Convert.ToBase64String(Encoding.UTF8.GetBytes(_gs2Header));
        if (attributes[0] != binding) return Malformed("the channel-binding header has changed");
        if (attributes[1] != "r=" + _nonce) return Malformed("the nonce does not match");
        var proof = new byte[SHA256.HashSizeInBytes];
        if (!Convert.TryFromBase64String(message[(proofAt + 3)..], proof, out int length) || length != proof.Length)
            return Malformed("the proof has the wrong form");
        return Verify(withoutProof, proof);
    }

    private ScramStep Verify(string clientFinalWithoutProof, byte[] proof)
    {
        byte[] authMessage = Encoding.UTF8.GetBytes($"{_clientFirstBare},{_serverFirst},{clientFinalWithoutProof}");
        byte[] signature = HMACSHA256.HashData(_verifier.StoredKey.Span, authMessage);
        for (int i = 0; i < proof.Length; i++) proof[i] ^= signature[i];
        bool matches = CryptographicOperations.FixedTimeEquals(SHA256.HashData(proof), _verifier.StoredKey.Span);
        if (!matches || !_isReal) return new ScramStep(ScramStepKind.Rejected);
        byte[] server = HMACSHA256.HashData(_verifier.ServerKey.Span, authMessage);
        return new ScramStep(
            ScramStepKind.Authenticated, Encoding.UTF8.GetBytes("v=" + Convert.ToBase64String(server)));
    }

    private static bool IsPrintable(ReadOnlySpan<char> nonce)
    {
        if (nonce.IsEmpty) return false;
        foreach (char c in nonce)
            if (c is < '!' or > '~' or ',') return false;
        return true;
    }

    private static ScramStep Malformed(string reason) => new(ScramStepKind.Malformed, default, reason);
}
