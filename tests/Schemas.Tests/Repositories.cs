using System.Text;
using Microsoft.Extensions.Time.Testing;
using Millrace.Core;

namespace Millrace.Schemas.Tests;

/// <summary>Repositories to test with.</summary>
internal static class Repositories
{
    public static string OwnSchemas { get; } = Path.Combine(Corpus.Repository, "shared", "jsonschema");

    public static string WikimediaSchemas { get; } = Corpus.At("wikimedia", "schemas");

    public static SchemaRepository Own() => Of(OwnSchemas);

    public static SchemaRepository Wikimedia() => Of(WikimediaSchemas);

    public static SchemaRepository Of(params string[] bases) => new(Options(bases), client: null, new FakeTimeProvider());

    public static SchemaRepositoryOptions Options(params string[] bases)
    {
        var options = new SchemaRepositoryOptions();
        foreach (var place in bases)
        {
            options.Bases.Add(place);
        }

        return options;
    }

    public static EventRecord Record(string json) => Record(Encoding.UTF8.GetBytes(json));

    public static EventRecord Record(byte[] value) => new() { Position = new StreamPosition("topic", 0, 0), Value = value };
}
