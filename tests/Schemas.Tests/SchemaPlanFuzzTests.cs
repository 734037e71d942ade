using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace Millrace.Schemas.Tests;

/// <summary>The plan that reads bytes against the tree that is walked: the same answer for whatever comes.</summary>
public sealed class SchemaPlanFuzzTests(ITestOutputHelper output)
{
    private const int MutationsPerExample = 40;
    private const int RandomSchemaCount = 1_500;
    private const int ValuesPerSchema = 25;

    private readonly int _seed = int.TryParse(Environment.GetEnvironmentVariable("MILLRACE_FUZZ_SEED"), out var seed) ? seed : 20260131;

    [CorpusFact]
    public void Changed_examples_of_all_schemas_get_the_answer_of_the_tree()
    {
        var (random, repository) = (Start(), Repositories.Wikimedia());
        var (valid, invalid) = (0, 0);
        foreach (var uri in WikimediaTests.Uris())
        {
            Assert.True(repository.TryFind(uri, out var schema, out _));
            foreach (var example in WikimediaTests.Examples(uri))
            {
                Compare(schema.Schema, example, MutationsPerExample, uri, random, ref valid, ref invalid);
            }
        }

        AssertBothDirections(valid, invalid);
    }

    [CorpusTheory]
    [InlineData("revision-create-2021-08-27.ndjson", 17)]
    [InlineData("page-create-2021-08-20.ndjson", 4)]
    [InlineData("recentchange-2021-08-27.ndjson", 17)]
    [InlineData("page_change-wikidata-2024.ndjson", 1)]
    public void Changed_events_get_the_answer_of_the_tree(string file, int every)
    {
        var (random, repository) = (Start(), Repositories.Wikimedia());
        var (valid, invalid) = (0, 0);
        foreach (var line in File.ReadLines(Corpus.At("wikimedia", "events", file)).Where((_, n) => n % every == 0))
        {
            var value = JsonElement.Parse(line);
            Assert.True(repository.TryFind(value.GetProperty("$schema").GetString(), out var schema, out _));
            Compare(schema.Schema, value, 30, file, random, ref valid, ref invalid);
        }

        AssertBothDirections(valid, invalid);
    }

    [Fact]
    public void Random_schemas_give_random_values_the_answer_of_the_tree()
    {
        Start();
        var (valid, invalid, refused) = (0, 0, 0);
        var schemas = RandomSchemas.Schema(3).Sample(RandomSchemaCount, new Rnd((ulong)_seed, 1), 50);
        var values = RandomSchemas.Value(3).Sample(RandomSchemaCount * ValuesPerSchema, new Rnd((ulong)_seed, 3), 50);
        var next = 0;
        foreach (var text in schemas)
        {
            JsonSchema schema;
            try
            {
                schema = Compiled.Schema(text);
            }
            catch (SchemaException)
            {
                refused++;
                continue;
            }

            for (var i = 0; i < ValuesPerSchema; i++)
            {
                _ = Reference.AssertSame(schema, Encoding.UTF8.GetBytes(values[next++]), $"seed {_seed}, schema {text}") ? valid++ : invalid++;
            }
        }

        output.WriteLine($"{refused} schemas could not be used");
        Assert.InRange(refused, 0, RandomSchemaCount / 10);
        AssertBothDirections(valid, invalid);
    }

    private Random Start()
    {
        output.WriteLine($"seed {_seed}; MILLRACE_FUZZ_SEED sets another");
        return new Random(_seed);
    }

    private void Compare(JsonSchema schema, JsonElement value, int mutations, string about, Random random, ref int valid, ref int invalid)
    {
        for (var i = 0; i < mutations; i++)
        {
            var json = Encoding.UTF8.GetBytes(i % 2 == 0 ? Mutation.Of(value, random) : value.GetRawText());
            for (var changes = i % 2 * random.Next(1, 3); changes > 0; changes--)
            {
                json = ByteMutation.Of(json, random);
            }

            _ = Reference.AssertSame(schema, json, $"seed {_seed}, {about}") ? valid++ : invalid++;
        }
    }

    private void AssertBothDirections(int valid, int invalid)
    {
        output.WriteLine($"{valid} valid, {invalid} invalid");
        Assert.True(valid * 20 > invalid && invalid * 20 > valid, $"{valid} valid and {invalid} invalid: one side is hardly tested.");
    }
}
