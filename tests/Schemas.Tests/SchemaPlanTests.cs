using System.Text;
using Millrace.Core;

namespace Millrace.Schemas.Tests;

public sealed class SchemaPlanTests
{
    private static readonly JsonSchema Anything = Compiled.Schema("{}");

    [Theory]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":1,\"\\u0061\":2}")]
    [InlineData("{\"\\u0061\":1,\"a\":2}")]
    [InlineData("{\"x\":{\"\\u0061\":1,\"\\u0061\":2}}")]
    [InlineData("{\"$schema\":1,\"\\u0024schema\":2}")]
    [InlineData("[{\"\":0,\"\":0}]")]
    public void A_name_that_an_object_has_twice_is_refused(string json) => Assert.Equal(PlanVerdict.Refused, Check(Anything, json));

    [Theory]
    [InlineData("{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":1},\"c\":[{\"a\":1},{\"a\":1}]}")]
    [InlineData(" [ 1 , -0.5e+3 , \"\\ud83d\\ude00\\/\" , null , true , false , { } , [ ] ]\n")]
    [InlineData("\"0123456789abcdef0123456789abcdef\"")]
    public void Any_JSON_matches_a_schema_that_asks_nothing(string json) => Assert.Equal(PlanVerdict.Accepted, Check(Anything, json));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("{\"a\"")]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\":1")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{,}")]
    [InlineData("{1:1}")]
    [InlineData("[1,]")]
    [InlineData("[1 2]")]
    [InlineData("[")]
    [InlineData("1 2")]
    [InlineData("01")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("0x1")]
    [InlineData("tru")]
    [InlineData("nul")]
    [InlineData("\"")]
    [InlineData("\"\\")]
    [InlineData("\"\\x\"")]
    [InlineData("\"\\u12g4\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\ud800\\u0041\"")]
    [InlineData("\"\\udc00\\ud800\"")]
    [InlineData("\"a\nb\"")]
    [InlineData("\uFEFF{}")]
    [InlineData("{}\0")]
    [InlineData("/**/{}")]
    public void What_is_no_JSON_is_refused_as_the_parser_refuses_it(string json)
    {
        Assert.Equal(PlanVerdict.Refused, Check(Anything, json));
        Assert.False(Reference.Accepts(Anything, Encoding.UTF8.GetBytes(json)));
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Nesting_ends_where_the_parser_s_does(int depth, bool accepted)
    {
        var json = new string('[', depth) + new string(']', depth);
        Assert.Equal(accepted ? PlanVerdict.Accepted : PlanVerdict.Refused, Check(Anything, json));
        Assert.Equal(accepted, Reference.Accepts(Anything, Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void Valid_events_allocate_nothing()
    {
        foreach (var (schema, json) in Examples())
        {
            Assert.Equal(PlanVerdict.Accepted, schema.Plan.Check(json));

            // A collection may empty the pool of arrays meanwhile, so that one round rents a new one; it does so in no three rounds in turn.
            Assert.Contains(0, Enumerable.Range(0, 3).Select(_ => AllocatedBy(() => schema.Plan.Check(json))));
        }
    }

    private static long AllocatedBy(Action action)
    {
        action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Fact]
    public void An_object_of_many_unknown_names_takes_rented_memory_and_no_quadratic_time()
    {
        // One by one, this would be twenty thousand million comparisons.
        var fields = Enumerable.Range(0, 200_000).Select(n => $"\"a rather long name, the end of which alone differs: {n}\":0").ToList();
        Assert.Equal(PlanVerdict.Accepted, Check(Anything, $"{{{string.Join(',', fields)}}}"));
        fields.Add(fields[17]);
        Assert.Equal(PlanVerdict.Refused, Check(Anything, $"{{{string.Join(',', fields)}}}"));
    }

    [Fact]
    public void A_value_that_is_read_again_is_no_repetition_of_itself() => Assert.Equal(PlanVerdict.Accepted, Check(
        Compiled.Schema("""{"anyOf":[{"required":["z"]},{"additionalProperties":{"type":"integer"}}],"allOf":[{},{}],"if":{},"then":{}}"""), "{\"a\":1,\"b\":2,\"\\u0063\":3}"));

    [Fact]
    public void An_object_of_more_declared_names_than_a_set_holds_is_still_right()
    {
        var names = Enumerable.Range(0, NameBits.Capacity + 10).Select(n => $"n{n}").ToList();
        var schema = Compiled.Schema($$$$"""{"required":["{{{{string.Join("\",\"", names)}}}}"],"properties":{"n5":{"type":"integer"}}}""");
        var fields = names.Select(name => $"\"{name}\":1").ToList();
        Assert.Equal(PlanVerdict.Accepted, Check(schema, $"{{{string.Join(',', fields)}}}"));
        Assert.Equal(PlanVerdict.Refused, Check(schema, $"{{{string.Join(',', fields.Skip(1))}}}"));
        Assert.Equal(PlanVerdict.Refused, Check(schema, $"{{{string.Join(',', fields)},\"n0\":1}}"));
        Assert.Equal(PlanVerdict.Refused, Check(schema, $"{{{string.Join(',', fields).Replace("\"n5\":1", "\"n5\":\"\"", StringComparison.Ordinal)}}}"));
    }

    [Fact]
    public void Declared_names_are_told_apart_across_the_words_of_a_set()
    {
        var names = Enumerable.Range(0, 200).Select(n => $"n{n}").ToList();
        var schema = Compiled.Schema($$"""{"required":["{{string.Join("\",\"", names)}}"]}""");
        for (var missing = 0; missing < names.Count; missing++)
        {
            Assert.Equal(PlanVerdict.Refused, Check(schema, $"{{{string.Join(',', names.Where((_, n) => n != missing).Select(name => $"\"{name}\":1"))}}}"));
        }

        Assert.Equal(PlanVerdict.Accepted, Check(schema, $"{{{string.Join(',', names.Select(name => $"\"{name}\":1"))}}}"));
    }

    [Fact]
    public void A_schema_that_doubles_its_work_at_every_level_is_given_up()
    {
        var schema = Compiled.Schema("""{"anyOf":[{"properties":{"a":{"$ref":"#"}},"required":["b"]},{"properties":{"a":{"$ref":"#"}},"required":["c"]}]}""");
        var json = string.Concat(Enumerable.Repeat("""{"a":""", 60)) + "1" + new string('}', 60);
        Assert.Equal(PlanVerdict.Undecided, Check(schema, json));
        Assert.Equal(PlanVerdict.Undecided, Check(Compiled.Schema("""{"not":{"anyOf":[{"properties":{"a":{"$ref":"#"}},"required":["b"]},{"properties":{"a":{"$ref":"#"}},"required":["c"]}]}}"""), json));
    }

    [Fact]
    public void Large_values_are_not_read_again_without_end()
    {
        // Each schema of the list reads all of the event: that many steps of sixteen bytes are more than there are.
        var schema = Compiled.Schema($$"""{"allOf":[{{string.Join(',', Enumerable.Repeat("{}", 400))}}]}""");
        Assert.Equal(PlanVerdict.Undecided, Check(schema, $"\"{new string('x', 2_000_000)}\""));
    }

    [Theory]
    [InlineData("""{"properties":{"meta":{"properties":{"stream":{"type":"string"}}}}}""")]
    [InlineData("""{"properties":{"meta":{"$ref":"#/definitions/m"},"other":{"$ref":"#/definitions/m"}},"definitions":{"m":{"required":["stream"]}}}""")]
    [InlineData("""{"additionalProperties":{"type":["object","string"]}}""")]
    [InlineData("""{"patternProperties":{"^m":{"type":"object"}}}""")]
    [InlineData("""{"allOf":[{"properties":{"meta":{"type":"object"}}}]}""")]
    public void Fields_are_noted_wherever_the_schema_declares_them(string schema)
    {
        const string json = """{"other":{"stream":"wrong"},"meta":{"stream" : "right","id":"i"},"dt":"x"}""";
        var bytes = Encoding.UTF8.GetBytes(json);
        var fields = default(EventFields);
        Assert.Equal(PlanVerdict.Accepted, Compiled.Schema(schema).Plan.Check(bytes, fields));
        Assert.Equal("\"right\"", Encoding.UTF8.GetString(fields[(int)EventField.Stream].In(bytes)));
        Assert.Equal("\"i\"", Encoding.UTF8.GetString(fields[(int)EventField.Id].In(bytes)));
        Assert.Equal("\"x\"", Encoding.UTF8.GetString(fields[(int)EventField.Time].In(bytes)));
        Assert.Equal(0, fields[(int)EventField.Domain].Length);
        var found = EventFields.Find(bytes);
        Assert.True(((ReadOnlySpan<FieldRange>)fields).SequenceEqual(found));
    }

    [Fact]
    public void The_fields_of_a_key_are_noted_behind_those_of_every_event()
    {
        var key = new MessageKey([new("d", "meta.domain"), new("p", "page.page_id"), new("none", "page.none")]);
        var json = """{"page":{"page_id":7},"meta":{"domain":"w"}}"""u8.ToArray();
        var schema = Compiled.Schema("""{"properties":{"page":{"type":"object"}}}""");
        var fields = new FieldRange[EventFields.Count + 3];
        Assert.Equal(PlanVerdict.Accepted, schema.PlanFor(key).Check(json, fields));
        Assert.Equal(fields[(int)EventField.Domain], fields[EventFields.Count]);
        Assert.Equal("7", Encoding.UTF8.GetString(fields[EventFields.Count + 1].In(json)));
        Assert.Equal(0, fields[EventFields.Count + 2].Length);
        Assert.Same(schema.PlanFor(key), schema.PlanFor(key));
    }

    private static PlanVerdict Check(JsonSchema schema, string json) => schema.Plan.Check(Encoding.UTF8.GetBytes(json));

    private static IEnumerable<(JsonSchema Schema, byte[] Json)> Examples()
    {
        foreach (var uri in (string[])["/mediawiki/page/change/1.3.0", "/mediawiki/revision/create/1.1.0", "/error/2.1.0"])
        {
            Assert.True(Repositories.Own().TryFind(uri, out var schema, out _));
            var document = System.Text.Json.JsonElement.Parse(File.ReadAllBytes($"{Repositories.OwnSchemas}{uri}.json"));
            yield return (schema.Schema, Encoding.UTF8.GetBytes(document.GetProperty("examples")[0].GetRawText()));
        }

        yield return (
            Compiled.Schema("""{"properties":{"a":{"pattern":"^x","maxLength":3},"b":{"enum":["y",1,null]},"c":{"anyOf":[{"type":"string"},{"multipleOf":0.5}]}},"patternProperties":{"^d":{"format":"date-time"}}}"""),
            Encoding.UTF8.GetBytes("""{"a":"x\u00e4\ud83d\ude00","b":"\u0079","c":1.5,"d1":"2026-01-31T12:00:00\u002b01:00","other":{"\u0065":[1e400]}}"""));
    }
}
