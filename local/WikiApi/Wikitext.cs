using System.Globalization;
using System.Text;

namespace Millrace.Local;

/// <summary>The content of revisions: a function of wiki and revision id, so that whoever checks an enriched event can compute what to expect.</summary>
public static class Wikitext
{
    private const int ShortestBytes = 200;
    private const int LongestBytes = 3_000;
    private const int LongestSentenceBytes = 100;

    private static readonly string[] Sentences =
    [
        "The mill stands where the river '''Limmat''' leaves the lake.",
        "Die Mühle wurde um 1450 „auf Geheiß des Rates“ gebaut.",
        "Le moulin fut décrit comme « une œuvre d'eau et de bois ».",
        "Its wheel turned \"day and night\", as the chronicle puts it.",
        "Мельница стоит на берегу реки.",
        "水車は川のそばに立っている。",
        "كانت الطاحونة تعمل طوال العام.",
        "A race\tof oak carries the water; see [[Mill race|the article]].",
        "It ground 3½ t of grain a day & lost < 2 % of it \\ to dust 🌾.",
        "{{Citation needed|date=January 2026}} The last miller left in 1911.",
    ];

    private static readonly string[] Headings = ["History", "Geschichte", "Technique", "Œuvre", "歴史", "See also"];

    /// <summary>The wikitext of a revision: 200 to 3,000 bytes of UTF-8.</summary>
    /// <param name="domain">The wiki, such as <c>en.wikipedia.org</c>.</param>
    /// <param name="revision">The revision's id.</param>
    public static string Of(string domain, long revision)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var random = StableHash.Of(domain, revision, salt: 1);
        var wanted = ShortestBytes + (int)(random % (LongestBytes - LongestSentenceBytes - ShortestBytes));
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"'''{Title(domain, revision)}''' is revision {revision}.\n"));
        var bytes = Encoding.UTF8.GetByteCount(text.ToString());
        while (bytes < wanted)
        {
            random = StableHash.Mix(random);
            var heading = random % 5 == 0;
            var choices = heading ? Headings : Sentences;
            var choice = choices[(int)((random >> 32) % (ulong)choices.Length)];
            var next = heading ? $"\n== {choice} ==\n" : choice + (random % 3 == 0 ? "\n" : " ");
            text.Append(next);
            bytes += Encoding.UTF8.GetByteCount(next);
        }

        return text.ToString();
    }

    /// <summary>The title of the page that a revision belongs to.</summary>
    internal static string Title(string domain, long revision) =>
        string.Create(CultureInfo.InvariantCulture, $"Mühle {PageId(domain, revision)}");

    /// <summary>The id of the page that a revision belongs to, from 1.</summary>
    internal static long PageId(string domain, long revision) => 1 + (long)(StableHash.Of(domain, revision, salt: 2) % 1_000_000);
}
