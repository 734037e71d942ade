using System.Text.Json;
using Millrace.Local.Tests.SchemaTypes;
using Millrace.Schemas;

namespace Millrace.Local.Tests;

public sealed class SchemaFromTypeTests
{
    private static readonly string Assembly = typeof(OrderPlaced).Assembly.Location;

    [Theory]
    [InlineData("order_id", """{ "description": "Which order.", "type": "integer", "minimum": -9007199254740991, "maximum": 9007199254740991 }""")]
    [InlineData("nick_name", """{ "description": "What it is called.", "type": "string" }""")]
    [InlineData("lines", """{ "type": "integer", "minimum": -2147483648, "maximum": 2147483647 }""")]
    [InlineData("stars", """{ "type": "integer", "minimum": 1, "maximum": 5 }""")]
    [InlineData("age", """{ "type": "integer", "minimum": -2147483648, "maximum": 2147483647 }""")]
    [InlineData("is_gift", """{ "type": "boolean" }""")]
    [InlineData("price", """{ "type": "number" }""")]
    [InlineData("placed_at", """{ "type": "string", "format": "date-time", "maxLength": 128 }""")]
    [InlineData("deliver_on", """{ "type": "string", "format": "date", "maxLength": 10 }""")]
    [InlineData("token", """{ "type": "string", "format": "uuid", "maxLength": 36 }""")]
    [InlineData("link", """{ "type": "string", "format": "uri", "maxLength": 8192 }""")]
    [InlineData("kind", """{ "type": "string", "enum": ["online", "in_store"] }""")]
    [InlineData("former_kind", """{ "type": "string", "enum": ["online", "in_store"] }""")]
    [InlineData("buyer", """{ "description": "Who buys.", "type": "object", "additionalProperties": false, "required": ["name"], "properties": { "name": { "type": "string" }, "mail": { "type": "string" } } }""")]
    [InlineData("receiver", """{ "description": "A person.", "type": "object", "additionalProperties": false, "required": ["name"], "properties": { "name": { "type": "string" }, "mail": { "type": "string" } } }""")]
    [InlineData("tags", """{ "type": "array", "items": { "type": "string" } }""")]
    [InlineData("scores", """{ "type": "object", "additionalProperties": { "type": "number" } }""")]
    [InlineData("code", """{ "type": "string", "maxLength": 20, "minLength": 6 }""")]
    [InlineData("renamed", """{ "type": "string" }""")]
    [InlineData("dt", """{ "description": "When what the event tells of happened.", "type": "string", "format": "date-time", "maxLength": 128 }""")]
    public void A_member_becomes_a_field(string name, string expected) =>
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), Fields("OrderPlaced").GetProperty(name)), Fields("OrderPlaced").GetProperty(name).GetRawText());

    [Fact]
    public void The_envelope_comes_first_and_members_that_may_be_null_are_optional()
    {
        var schema = Make("OrderPlaced");

        Assert.Equal(
            ["$schema", "meta", "dt", "order_id", "lines", "stars", "is_gift", "price", "placed_at", "token", "kind", "buyer", "tags", "watchers", "scores", "code", "renamed"],
            schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(["$schema", "meta", "dt", "order_id", "nick_name"], schema.GetProperty("properties").EnumerateObject().Take(5).Select(field => field.Name));
        Assert.Equal(JsonValueKind.False, schema.GetProperty("additionalProperties").ValueKind);
        Assert.Equal("Somebody placed an order.", schema.GetProperty("description").GetString());
        Assert.False(schema.GetProperty("properties").TryGetProperty("secret", out _));
    }

    [Theory]
    [InlineData("OrderPlaced")]
    [InlineData("WithEnvelope")]
    [InlineData("Circle")]
    [InlineData("WithBase")]
    [InlineData("Millrace.Local.Tests.SchemaTypes.Inner+Twice")]
    public void The_result_passes_the_check_with_an_example(string type)
    {
        var schema = Make(type, "--title", "order/placed", "--version", "1.2.0");

        Assert.Empty(SchemaCheck.Document("/order/placed/1.2.0", schema));
        Assert.Equal(("order/placed", "/order/placed/1.2.0", 1), (schema.GetProperty("title").GetString(), schema.GetProperty("$id").GetString(), schema.GetProperty("examples").GetArrayLength()));
    }

    [Fact]
    public void An_example_that_cannot_be_made_up_is_left_out()
    {
        var schema = Make("WithBoundedPattern");

        Assert.False(schema.TryGetProperty("examples", out _));
        Assert.Equal(SchemaRule.Examples, Assert.Single(SchemaCheck.Document("/with_bounded_pattern/1.0.0", schema)).Rule);
    }

    [Fact]
    public void Without_a_title_the_types_name_is_taken() => Assert.Equal("/order_placed/1.0.0", Make("OrderPlaced").GetProperty("$id").GetString());

    [Fact]
    public void A_type_that_has_the_envelope_keeps_what_it_adds_to_it()
    {
        var fields = Fields("WithEnvelope");

        Assert.Equal(["$schema", "meta", "dt", "amount"], fields.EnumerateObject().Select(field => field.Name));
        Assert.Equal(["domain", "dt", "id", "request_id", "stream", "uri", "trace"], fields.GetProperty("meta").GetProperty("properties").EnumerateObject().Select(field => field.Name));
    }

    [Fact]
    public void Inherited_members_are_fields() => Assert.Equal(["inherited", "own"], Fields("WithBase").EnumerateObject().Skip(3).Select(field => field.Name));

    [Theory]
    [InlineData("WithAnything", "/value", "may be anything")]
    [InlineData("WithJson", "/value", "may be anything")]
    [InlineData("WithNullItems", "/items", "may be null")]
    [InlineData("Tree", "/children", "contains its own type")]
    [InlineData("Empty", "", "no members")]
    [InlineData("WithEmpty", "/nothing", "no members")]
    [InlineData("WrongDt", "/dt", "is integer, but every event has it as string")]
    [InlineData("WrongMeta", "/meta", "is string, but every event has it as object")]
    [InlineData("WithPattern", "/properties/text", "maxLength")]
    [InlineData("CamelCase", "/properties/camelCase", "snake_case")]
    [InlineData("OrderKind", "", "no type with members")]
    public void A_type_that_no_event_can_have_is_refused_with_the_member_and_the_reason(string type, string member, string reason)
    {
        var run = SchemaVerb.Run("from-type", type, "--assembly", Assembly);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(type, run.Error, StringComparison.Ordinal);
        Assert.Contains($"'{member}", run.Error, StringComparison.Ordinal);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'OrderPlace' is no type of", "OrderPlace")]
    [InlineData("Millrace.Local.Tests.SchemaTypes.OrderPlaced", "OrderPlace")]
    [InlineData("'Twice' is the name of several types", "Twice")]
    [InlineData("'Generic`1' is generic", "Generic`1")]
    [InlineData("--version is '1.0'", "OrderPlaced", "--version", "1.0")]
    [InlineData("No event can name '/a b/1.0.0'", "OrderPlaced", "--title", "a b")]
    public void A_name_that_cannot_be_used_is_refused_with_what_can(string message, params string[] arguments)
    {
        var run = SchemaVerb.Run(["from-type", .. arguments, "--assembly", Assembly]);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_assembly_is_refused()
    {
        var file = Path.ChangeExtension(Assembly, ".runtimeconfig.json");

        var run = SchemaVerb.Run("from-type", "OrderPlaced", "--assembly", file);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("no .NET assembly", run.Error, StringComparison.Ordinal);
    }

    private static JsonElement Fields(string type) => Make(type).GetProperty("properties");

    private static JsonElement Make(string type, params string[] arguments)
    {
        var run = SchemaVerb.Run(["from-type", type, "--assembly", Assembly, .. arguments]);
        Assert.True(run.ExitCode == 0, run.Error);
        return JsonElement.Parse(run.Output);
    }
}
