using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Edits of wikis that do not exist, for a run without input.</summary>
internal sealed class SampleEvents(int seed)
{
    /// <summary>How many make a run that ends by itself.</summary>
    public const int Few = 200;

    private const int Pages = 40;

    private static readonly (string Wiki, string Domain)[] Wikis = [("millwiki", "mill.wikipedia.org"), ("racewiki", "race.wikipedia.org"), ("weirwiki", "weir.wiktionary.org")];

    private static readonly string[] Titles = ["Water_wheel", "Sluice", "Tail_race", "Quern", "Émile_Mühle", "Grist_–_an_essay", "水車", "Leat"];

    private readonly Random _random = new(seed);
    private readonly Dictionary<int, long> _revisions = [];
    private long _revision = 1_000;

    /// <summary>The next edit; the first of a page is its creation.</summary>
    public FeedEvent Next(DateTimeOffset now)
    {
#pragma warning disable CA5394 // A repeatable sample is wanted.
        var page = _random.Next(Pages);
        var size = _random.Next(200, 20_000);
        var bot = _random.Next(5) == 0;
#pragma warning restore CA5394
        var (wiki, domain) = Wikis[page % Wikis.Length];
        var title = $"{Titles[page % Titles.Length]}_{page}";
        var isNew = !_revisions.TryGetValue(page, out var parent);
        var stream = isNew ? "mediawiki.page-create" : "mediawiki.revision-create";
        var revision = _revisions[page] = ++_revision;
        var time = Iso8601.Format(now);
        var body = new JsonObject
        {
            ["$schema"] = "/mediawiki/revision/create/1.1.0",
            ["meta"] = new JsonObject
            {
                ["uri"] = $"https://{domain}/wiki/{Uri.EscapeDataString(title)}",
                ["request_id"] = string.Create(CultureInfo.InvariantCulture, $"sample-{seed}-{revision}"),
                ["id"] = string.Create(CultureInfo.InvariantCulture, $"sample-{seed}-{revision}-0"),
                ["dt"] = time,
                ["domain"] = domain,
                ["stream"] = stream,
            },
            ["database"] = wiki,
            ["page_id"] = page + 1,
            ["page_title"] = title,
            ["page_namespace"] = 0,
            ["page_is_redirect"] = false,
            ["rev_id"] = revision,
            ["rev_timestamp"] = time,
            ["rev_sha1"] = string.Create(CultureInfo.InvariantCulture, $"{revision * 7_919:x31}"),
            ["rev_minor_edit"] = size < 500,
            ["rev_len"] = size,
            ["rev_content_model"] = "wikitext",
            ["rev_content_format"] = "text/x-wiki",
            ["performer"] = new JsonObject
            {
                ["user_text"] = bot ? "MillBot" : "Miller",
                ["user_groups"] = bot ? new JsonArray("bot", "*", "user") : new JsonArray("*", "user"),
                ["user_is_bot"] = bot,
                ["user_id"] = bot ? 2 : 1,
                ["user_edit_count"] = revision,
            },
            ["comment"] = isNew ? "Created the page" : "A drop of water on the wheel",
        };
        if (!isNew)
        {
            body["rev_parent_id"] = parent;
            body["rev_content_changed"] = true;
        }

        return new FeedEvent(stream, Encoding.UTF8.GetBytes(body.ToJsonString()));
    }
}
