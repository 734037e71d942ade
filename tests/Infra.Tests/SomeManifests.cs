using System.Text;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Local;
using YamlDotNet.RepresentationModel;

namespace Millrace.Infra.Tests;

/// <summary>Catalogs for tests, and what is generated from them.</summary>
internal static class SomeManifests
{
    public const string OneStream = """{ "streams": { "in": { "schema_title": "in", "partitions": 6 }, "out": { "schema_title": "out" } } }""";

    public const string TwoDatacenters = """
        { "datacenters": {
            "eqiad": { "kafkaCluster": "main-stretch", "bootstrapServers": "kafka.eqiad.example:9093" },
            "codfw": { "kafkaCluster": "main-stretch", "bootstrapServers": "kafka.codfw.example:9094,kafka2.codfw.example:9094", "namespace": "events" } } }
        """;

    /// <summary>The functions of the app itself.</summary>
    public static IReadOnlyList<DeclaredFunction> AllFunctions { get; } = DeclaredFunction.Among(typeof(Functions.Program).Assembly.GetTypes());

    /// <summary>A stage named Some, with what its entry has beside its input.</summary>
    public static string Stage(string more = "", string name = "Some", string input = "in") => $$"""{ "stages": { "{{name}}": { "inputs": ["{{input}}"] {{(more.Length > 0 ? ", " : "")}}{{more}} } } }""";

    /// <summary>Sources of texts; without more, no function answers probes.</summary>
    public static ManifestSources Sources(string stages, string streams = OneStream, string datacenters = TwoDatacenters, IReadOnlyList<DeclaredFunction>? functions = null)
    {
        var catalog = StageCatalog.Parse(Encoding.UTF8.GetBytes(stages), StreamCatalog.Parse(Encoding.UTF8.GetBytes(streams)));
        return new ManifestSources
        {
            Catalog = catalog,
            Datacenters = DatacenterCatalog.Parse(Encoding.UTF8.GetBytes(datacenters)),
            Functions = functions ?? [],
        };
    }

    public static YamlMappingNode Document(this IReadOnlyList<ManifestFile> files, string path) => Yaml.Read(files.Single(file => file.Path == path).Content).Single();

    /// <summary>Writes files to a new directory.</summary>
    public static void WriteTo(this IEnumerable<ManifestFile> files, string directory)
    {
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(directory, file.Path))!);
            File.WriteAllText(Path.Combine(directory, file.Path), file.Content);
        }
    }
}
