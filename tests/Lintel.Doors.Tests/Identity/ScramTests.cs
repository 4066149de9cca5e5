using System.Security.Cryptography;
using System.Text;
using Lintel.Identity.Scram;
using Xunit;

namespace Lintel.Doors.Tests.Identity;

/// <summary>SCRAM-SHA-256 against RFC 7677's example, and against a client that follows RFC 5802 step by step.</summary>
public sealed class ScramTests
{
    private const string ServerNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static readonly byte[] Salt = Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ==");

    [Fact]
    public void The_example_of_the_standard_is_answered_as_printed_there()
    {
        var exchange = new ScramExchange(ScramVerifier.OfPassword("pencil", Salt, 4096), true, ServerNonce);
        ScramStep first = exchange.Step("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"u8);
        Assert.Equal(ScramStepKind.Continue, first.Kind);
        Assert.Equal(
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            Encoding.ASCII.GetString(first.Reply.Span));
        ScramStep final = exchange.Step(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="u8);
        Assert.Equal(ScramStepKind.Authenticated, final.Kind);
        Assert.Equal("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", Encoding.ASCII.GetString(final.Reply.Span));
    }

    [Fact]
    public void A_wrong_password_is_rejected() =>
        Assert.Equal(ScramStepKind.Rejected, Run("pencil", "pencils", isReal: true).Kind);

    [Fact]
    public void The_right_password_of_a_user_who_may_not_come_in_is_rejected() =>
        Assert.Equal(ScramStepKind.Rejected, Run("pencil", "pencil", isReal: false).Kind);

    [Theory]
    [InlineData("")]
    [InlineData("n,,")]
    [InlineData("x,,n=,r=abc")]
    [InlineData("p=tls-server-end-point,,n=,r=abc")]
    [InlineData("n,a=other,n=,r=abc")]
    [InlineData("n,,m=ext,n=,r=abc")]
    [InlineData("n,,n=user")]
    [InlineData("n,,n=user,r=")]
    [InlineData("n,,n=user,r=a\u0001b")]
    public void A_first_message_that_breaks_the_grammar_is_malformed(string message)
    {
        var exchange = new ScramExchange(ScramVerifier.OfPassword("pencil"), true);
        Assert.Equal(ScramStepKind.Malformed, exchange.Step(Encoding.UTF8.GetBytes(message)).Kind);
        Assert.Equal(ScramStepKind.Malformed, exchange.Step("n,,n=user,r=abc"u8).Kind);
    }

    [Theory]
    [InlineData("c=biws,r=NONCE")]
    [InlineData("c=eSws,r=NONCE,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")]
    [InlineData("c=biws,r=other,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")]
    [InlineData("c=biws,r=NONCE,p=short")]
    [InlineData("c=biws,r=NONCE,p=dHzb")]
    public void A_final_message_that_breaks_the_grammar_is_malformed(string message)
    {
        var exchange = new ScramExchange(ScramVerifier.OfPassword("pencil"), true, ServerNonce);
        Assert.Equal(ScramStepKind.Continue, exchange.Step("n,,n=,r=abc"u8).Kind);
        string text = message.Replace("NONCE", "abc" + ServerNonce, StringComparison.Ordinal);
        Assert.Equal(ScramStepKind.Malformed, exchange.Step(Encoding.ASCII.GetBytes(text)).Kind);
    }

    [Fact]
    public void A_verifier_prints_as_PostgreSQL_prints_it_and_reads_back()
    {
        ScramVerifier verifier = ScramVerifier.OfPassword("pencil", Salt, 4096);
        Assert.Equal(
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
            verifier.ToString());
        Assert.True(ScramVerifier.TryParse(verifier.ToString(), out ScramVerifier? read));
        Assert.Equal(verifier.ToString(), read!.ToString());
    }

    [Fact]
    public void A_verifier_given_as_password_is_kept_as_it_is()
    {
        string verifier = ScramVerifier.OfPassword("pencil").ToString();
        Assert.Equal(verifier, ScramVerifier.Encode(verifier));
        Assert.NotEqual("pencil", ScramVerifier.Encode("pencil"));
    }

    [Theory]
    [InlineData("md5abcdef")]
    [InlineData("SCRAM-SHA-256$")]
    [InlineData("SCRAM-SHA-256$0:AAAA$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=")]
    [InlineData("SCRAM-SHA-256$4096:!!$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=")]
    [InlineData("SCRAM-SHA-256$4096:AAAA$AAAA:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=")]
    public void What_is_no_verifier_is_not_taken_for_one(string text) =>
        Assert.False(ScramVerifier.TryParse(text, out _));

    [Fact]
    public void A_stranger_meets_the_same_salt_each_time_and_another_one_per_name()
    {
        byte[] secret = [1, 2, 3];
        Assert.Equal(ScramVerifier.Mock("eve", secret).Salt.ToArray(), ScramVerifier.Mock("eve", secret).Salt.ToArray());
        Assert.NotEqual(ScramVerifier.Mock("eve", secret).Salt.ToArray(), ScramVerifier.Mock("bob", secret).Salt.ToArray());
    }

    private static ScramStep Run(string password, string guess, bool isReal)
    {
        var exchange = new ScramExchange(ScramVerifier.OfPassword(password, Salt, 4096), isReal, ServerNonce);
        string bare = "n=,r=abc";
        string challenge = Encoding.ASCII.GetString(exchange.Step(Encoding.ASCII.GetBytes("n,," + bare)).Reply.Span);
        string withoutProof = "c=biws,r=abc" + ServerNonce;
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(guess, Salt, 4096, HashAlgorithmName.SHA256, 32);
        byte[] clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        byte[] signature = HMACSHA256.HashData(
            SHA256.HashData(clientKey), Encoding.ASCII.GetBytes($"{bare},{challenge},{withoutProof}"));
        for (int i = 0; i < signature.Length; i++) signature[i] ^= clientKey[i];
        return exchange.Step(Encoding.ASCII.GetBytes($"{withoutProof},p={Convert.ToBase64String(signature)}"));
    }
}
