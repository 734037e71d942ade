using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Millrace.Core.Tests;

public sealed class ObjectDraftTests
{
    [Fact]
    public void What_is_not_touched_is_copied_as_bytes()
    {
        const string Source = """{"big":123456789012345678901234567890.10,"text":"\u00e9\/é","deep":{"a":[1, 2 ,{"b":null}]}}""";

        Assert.Equal(Source, Write(Over(Source)));
    }

    [Fact]
    public void Fields_are_replaced_in_place_removed_and_added_at_the_end()
    {
        var draft = Over("""{"a":1,"b":2,"c":3}""");

        draft.Set("new", true).Remove("a").Set("b", "two");

        Assert.Equal("""{"b":"two","c":3,"new":true}""", Write(draft));
    }

    [Fact]
    public void A_nested_object_keeps_what_is_not_set()
    {
        var draft = Over("""{"page":{"id":7,"slots":{"main":{"size":3}}}}""");

        draft.Child("page").Child("slots").Child("main").Set("body", "é\"\n");

        Assert.Equal("""{"page":{"id":7,"slots":{"main":{"size":3,"body":"é\"\n"}}}}""", Write(draft));
    }

    [Fact]
    public void Setting_an_absent_value_changes_nothing()
    {
        var draft = Over("""{"a":1}""");

        draft.Set("a", (string?)null).Set("a", default(JsonElement)).Set("b", (long?)null).Set("c", (bool?)null).Set("d", (JsonNode?)null);

        Assert.Equal("""{"a":1}""", Write(draft));
    }

    [Fact]
    public void An_object_to_which_nothing_was_set_is_left_out()
    {
        var draft = Over("{}");

        draft.Child("performer").Child("deeper").Set("name", (string?)null);

        Assert.Equal("{}", Write(draft));
    }

    [Fact]
    public void A_child_takes_the_place_of_what_is_no_object()
    {
        var draft = Over("""{"a":[1]}""");

        draft.Child("a").Set("b", 1L);

        Assert.Equal("""{"a":{"b":1}}""", Write(draft));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_number_that_JSON_cannot_say_is_refused(double number) =>
        Assert.Contains("'ratio'", Assert.Throws<ArgumentException>(() => Over("{}").Set("ratio", number)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"wiki":"enwiki","page":{"id":7}}""", """{"w":"enwiki","p":7}""")]
    [InlineData("""{"page":{"id":7},"wiki":"\u0065nwiki"}""", """{"w":"enwiki","p":7}""")]
    [InlineData("""{"wiki":"ü\"","page":{"id":true}}""", """{"w":"ü\"","p":true}""")]
    public void A_key_has_the_same_bytes_for_the_same_values(string source, string expected)
    {
        Assert.True(Key.TryCreate(JsonElement.Parse(source), out var key, out _));

        Assert.Equal(expected, Encoding.UTF8.GetString(key));
    }

    [Theory]
    [InlineData("""{"page":{"id":7}}""", "wiki")]
    [InlineData("""{"wiki":null,"page":{"id":7}}""", "wiki")]
    [InlineData("""{"wiki":"a","page":7}""", "page.id")]
    [InlineData("""{"wiki":"a","page":{"id":[7]}}""", "page.id")]
    [InlineData("""{"wiki":"\ud800","page":{"id":7}}""", "wiki")]
    public void A_key_field_that_is_no_scalar_is_named(string source, string expected)
    {
        Assert.False(Key.TryCreate(JsonElement.Parse(source), out _, out var missing));

        Assert.Equal(expected, missing);
    }

    [Fact]
    public void A_key_sees_what_was_set()
    {
        var draft = Over("""{"wiki":"old","page":{"id":1,"x":2}}""");
        draft.Set("wiki", "new").Child("page").Set("id", 2L);

        Assert.True(Key.TryCreate(draft, out var key, out _));

        Assert.Equal("""{"w":"new","p":2}""", Encoding.UTF8.GetString(key));
    }

    private static MessageKey Key { get; } = new([new("w", "wiki"), new("p", "page.id")]);

    private static ObjectDraft Over(string source) => new(JsonElement.Parse(source));

    private static string Write(ObjectDraft draft)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, EventEncoding.WriterOptions))
        {
            draft.WriteTo(json);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
