using System.Text;
using Lintel.Doors.Postgres.Codec;
using Lintel.Sql.Types;

namespace Lintel.Doors.Postgres.Session;

/// <summary>What a start-up packet asks for, taken apart.</summary>
/// <param name="User">Who the client says to be.</param>
/// <param name="Database">The database; the user's name when none was given.</param>
/// <param name="Settings">Settings in the order they apply.</param>
/// <param name="ProtocolOptions">Options of the protocol itself (_pq_.), none of which is known.</param>
internal sealed record StartupSettings(
    string User, string Database, IReadOnlyList<KeyValuePair<string, string>> Settings, IReadOnlyList<string> ProtocolOptions)
{
    private const string ProtocolOptionPrefix = "_pq_.";

    /// <summary>Takes a packet apart. Throws 28000 without a user, 0A000 for replication, 42601 for bad options.</summary>
    public static StartupSettings Read(StartupPacket.Start packet)
    {
        string user = "";
        string database = "";
        var settings = new List<KeyValuePair<string, string>>();
        var protocolOptions = new List<string>();
        foreach ((string name, string value) in packet.Parameters)
        {
            switch (name)
            {
                case "user":
                    user = value;
                    break;
                case "database":
                    database = value;
                    break;
                case "options":
                    ReadOptions(value, settings);
                    break;
                case "replication":
                    RefuseReplication(value);
                    break;
                default:
                    if (name.StartsWith(ProtocolOptionPrefix, StringComparison.Ordinal)) protocolOptions.Add(name);
                    else settings.Add(new(name, value));
                    break;
            }
        }

        if (user.Length == 0)
            throw new FatalException(
                SqlStates.InvalidAuthorizationSpecification, "no PostgreSQL user name specified in startup packet");
        return new StartupSettings(user, database.Length == 0 ? user : database, settings, protocolOptions);
    }

    private static void RefuseReplication(string value)
    {
        if (value is "false" or "off" or "no" or "0") return;
        throw new FatalException(SqlStates.FeatureNotSupported, "replication connections are not supported");
    }

    // -c name=value, -cname=value and --name=value; a backslash keeps a space inside a word.
    private static void ReadOptions(string text, List<KeyValuePair<string, string>> settings)
    {
        List<string> words = Words(text);
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i];
            string? setting = word switch
            {
                "-c" => i + 1 < words.Count ? words[++i] : null,
                _ when word.StartsWith("--", StringComparison.Ordinal) => word[2..],
                _ when word.StartsWith("-c", StringComparison.Ordinal) => word[2..],
                _ => null,
            };
            int equals = setting?.IndexOf('=', StringComparison.Ordinal) ?? -1;
            if (equals <= 0)
                throw new FatalException(
                    SqlStates.SyntaxError, $"invalid command-line argument for server process: {word}",
                    hint: "options take the form -c name=value");
            settings.Add(new(setting![..equals].Replace('-', '_'), setting[(equals + 1)..]));
        }
    }

    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        bool isOpen = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                if (isOpen) words.Add(word.ToString());
                word.Clear();
                isOpen = false;
                continue;
            }

            if (text[i] == '\\' && i + 1 < text.Length) i++;
            word.Append(text[i]);
            isOpen = true;
        }

        if (isOpen) words.Add(word.ToString());
        return words;
    }
}
