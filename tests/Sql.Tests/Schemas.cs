using System.Text.Json;
using Millrace.Schemas;

namespace Millrace.Sql.Tests;

/// <summary>Schemas to make tables of.</summary>
internal static class Schemas
{
    private static readonly Lazy<SchemaRepository> Shared = new(() => Of(Corpus.At("wikimedia", "schemas")));

    /// <summary>Every schema of the shared data.</summary>
    public static IEnumerable<string> Wikimedia => Corpus.Files("wikimedia/schemas", "*.yaml").Select(file => "/" + Path.GetRelativePath(Corpus.At("wikimedia", "schemas"), file)[..^".yaml".Length]);

    /// <summary>Those of them that have a table.</summary>
    public static TheoryData<string> WithTable => [.. Wikimedia.Where(uri => TryTable(uri) is not null)];

    public static SqlTable Table(string uri) => SqlTable.Read(Shared.Value, uri);

    public static JsonElement[] Examples(string uri) =>
        Shared.Value.Read(new Uri(SchemaRepository.Root, uri))!.Value.TryGetProperty("examples", out var examples) ? [.. examples.EnumerateArray()] : [];

    /// <summary>The table for a schema that a test wrote.</summary>
    public static SqlTable TableOf(string schema)
    {
        var root = Directory.CreateTempSubdirectory("millrace-sql-").FullName;
        Directory.CreateDirectory(Path.Combine(root, "test"));
        File.WriteAllText(Path.Combine(root, "test", "1.0.0.json"), schema);
        try
        {
            return SqlTable.Read(Of(root), "/test/1.0.0");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    public static SqlTarget Target { get; } = new("test.stream", ["test.stream"]);

    private static SqlTable? TryTable(string uri)
    {
        try
        {
            return Table(uri);
        }
        catch (SqlRefusedException)
        {
            return null;
        }
    }

    private static SchemaRepository Of(string directory) => new(new SchemaRepositoryOptions { Bases = { directory } }, client: null, TimeProvider.System);
}
