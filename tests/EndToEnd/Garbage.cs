using System.Text;

namespace Millrace.EndToEnd;

/// <summary>Lines that are no events of the stream, each wrong in its own way.</summary>
internal static class Garbage
{
    /// <summary>One of every kind. All differ: each carries a number of its own.</summary>
    public static IEnumerable<byte[]> Of(byte[] good, Random random)
    {
        var text = Encoding.UTF8.GetString(good);
        var number = random.NextInt64();
        yield return Bytes($"not JSON at all {number}");
        yield return Bytes($"[{number}]");
        yield return Bytes($"\"{number}\"");
        yield return Bytes($"{number}");
        yield return Bytes($"{{\"n\":{number}}}");
        yield return [0xEF, 0xBB, 0xBF, .. Bytes($"{{\"n\":{number}}}")];
        yield return [0, 1, 2, 0xFF, 0xFE, .. BitConverter.GetBytes(number).Select(part => part == '\n' ? (byte)11 : part), 7];
        yield return Bytes(text[..(text.Length / 2)] + number);
        yield return Bytes(Unique("\"$schema\":\"/mediawiki/revision/create/1.1.0\"", "\"$schema\":\"https://evil.example/schema\""));
        yield return Bytes(Unique("\"$schema\":\"/mediawiki/revision/create/1.1.0\"", "\"$schema\":\"/../../etc/passwd\""));
        yield return Bytes(Unique("\"$schema\":\"/mediawiki/revision/create/1.1.0\"", "\"$schema\":\"/mediawiki/revision/create/99.0.0\""));
        yield return Bytes(Unique("\"$schema\":\"/mediawiki/revision/create/1.1.0\",", ""));
        yield return Bytes(Unique("\"stream\":\"mediawiki.revision-create\"", "\"stream\":\"mediawiki.nothing\""));
        yield return Bytes(Unique("\"stream\":\"mediawiki.revision-create\",", ""));
        yield return Bytes(Unique("\"rev_timestamp\":\"2021-", "\"rev_timestamp\":\"2021-13-"));
        yield return Bytes(Unique("\"page_is_redirect\":", "\"page_is_redirect\":\"no\",\"was\":"));
        yield return Bytes(Unique("\"database\":", "\"database\":7,\"was\":"));
        yield return Bytes(Unique("\"database\":", "\"database\":\"\\ud800\",\"was\":"));
        yield return Bytes(Unique("\"database\":", "\"database\":\"twice\",\"database\":"));
        yield return Bytes(new string('[', 100_000) + number);
        yield return [.. Bytes(text), 0x00, .. Bytes($"{number}")];
        yield return [.. Bytes(Unique("\"database\":\"", "\"database\":\"")), 0xC3, 0x28];

        string Unique(string find, string replace)
        {
            var changed = text.Replace(find, replace, StringComparison.Ordinal);
            return changed.Insert(changed.Length - 1, $",\"n\":{number}");
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
