using System.Text.Json;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Local;
using Millrace.Schemas;

namespace Millrace.Benchmarks;

/// <summary>Events and catalogs for measurements.</summary>
internal static class Sample
{
    public static StageCatalog Catalog { get; } = CatalogFiles.Load(AppContext.BaseDirectory);

    public static EventSchemas Schemas()
    {
        var options = new SchemaRepositoryOptions();
        options.Bases.Add(Path.Combine(AppContext.BaseDirectory, "jsonschema"));
        return new EventSchemas(new SchemaRepository(options, null, TimeProvider.System));
    }

    /// <summary>Edits of the sample, with a comment that makes each about 1 KB unless it is longer, all of one stream.</summary>
    public static List<(byte[] Key, byte[] Value)> Edits(int count, int comment = 150)
    {
        var sample = new SampleEvents(seed: 1);
        var edits = new List<(byte[], byte[])>(count);
        Catalog.Streams.TryGet("mediawiki.revision-create", out var stream);
        var filler = new string('x', comment);
        while (edits.Count < count)
        {
            var fed = sample.Next(DateTimeOffset.UnixEpoch.AddYears(50));
            if (fed.Stream == stream!.Name)
            {
                var value = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(fed.Value).Replace("A drop of water", filler, StringComparison.Ordinal));
                stream.Key!.TryCreate(JsonElement.Parse(value), out var key, out _);
                edits.Add((key!, value));
            }
        }

        return edits;
    }
}
