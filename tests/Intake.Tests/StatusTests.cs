using System.Net;
using System.Text;
using System.Text.Json;
using Millrace.Broker;

namespace Millrace.Intake.Tests;

/// <summary>The table of statuses, case by case, over real HTTP.</summary>
public sealed class StatusTests
{
    private static readonly string Good = IntakeApp.Event();
    private static readonly string Bad = """{"$schema":"/test/thing/1.0.0","meta":{"stream":"things"},"name":7,"size":"x"}""";

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("text/plain")]
    [InlineData("application/reports+json")]
    public async Task All_stored_is_201_without_a_body(string type)
    {
        await using var app = await IntakeApp.StartAsync();

        foreach (var (body, stored) in ((string, int)[])[(Good, 1), ($"[{Good},{Good}]", 3), ($" [ {Good} ] ", 4)])
        {
            using var answer = await app.PostAsync(body, type: type);

            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            Assert.Empty(await answer.Content.ReadAsStringAsync());
            Assert.Equal(stored, app.Count("things"));
        }
    }

    [Fact]
    public async Task In_haste_is_202_without_a_body_whatever_becomes_of_the_events()
    {
        await using var app = await IntakeApp.StartAsync();

        using var answer = await app.PostAsync($"[{Good},{Bad}]", "?hasty=true");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsStringAsync());
        Assert.Single(app.Read("things", 1));
    }

    [Fact]
    public async Task Some_stored_is_207_with_what_is_not()
    {
        await using var app = await IntakeApp.StartAsync();

        using var answer = await app.PostAsync($"[{Good},{Bad},{Good}]");

        Assert.Equal(HttpStatusCode.MultiStatus, answer.StatusCode);
        var body = await BodyAsync(answer);
        var invalid = Assert.Single(body.GetProperty("invalid").EnumerateArray());
        Assert.Equal("invalid", invalid.GetProperty("status").GetString());
        Assert.Equal(Bad, invalid.GetProperty("event").GetRawText());
        var context = invalid.GetProperty("context");
        Assert.Equal("'.name' must be string, but is number 7, '.size' must be integer, but is string \"x\"", context.GetProperty("errorsText").GetString());
        Assert.Equal([".name", ".size"], context.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("dataPath").GetString()));
        Assert.Empty(body.GetProperty("error").EnumerateArray());
        Assert.Equal(2, app.Count("things"));
    }

    [Fact]
    public async Task All_invalid_is_400_with_each_of_them()
    {
        await using var app = await IntakeApp.StartAsync();

        using var answer = await app.PostAsync($"[{Bad},{Bad}]");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(2, (await BodyAsync(answer)).GetProperty("invalid").GetArrayLength());
        Assert.Equal(0, app.Count("things"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    public async Task Nothing_is_400_without_a_body(string body)
    {
        await using var app = await IntakeApp.StartAsync();

        using var answer = await app.PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("""{"meta":{"stream":"things"},"name":"n"}""", "'.$schema' must be a text")]
    [InlineData("""{"$schema":7,"meta":{"stream":"things"},"name":"n"}""", "'.$schema' must be a text")]
    [InlineData("""{"$schema":"https://elsewhere.example.org/a/1.0.0","meta":{"stream":"things"}}""", "must be of the form /title/version")]
    [InlineData("""{"$schema":"/../../etc/passwd","meta":{"stream":"things"}}""", "must be of the form /title/version")]
    [InlineData("""{"$schema":"/test/none/1.0.0","meta":{"stream":"things"}}""", "which no schema repository has")]
    [InlineData("""{"$schema":"/test/thing/1.0.0","name":"n"}""", "'.meta.stream' must be a text")]
    [InlineData("""{"$schema":"/test/thing/1.0.0","meta":{"stream":"none"},"name":"n"}""", "'.meta.stream' is 'none', which is no stream")]
    [InlineData("""{"$schema":"/test/plain/1.0.0","meta":{"stream":"things"},"name":"n"}""", "but stream 'things' takes 'test/thing'")]
    [InlineData("""{"$schema":"/test/insecure/1.0.0","meta":{"stream":"insecure"},"name":"a"}""", "'/properties/name' has a pattern, but no maxLength")]
    [InlineData("""{"$schema":"/test/thing/1.0.0","meta":{"stream":"keyed"},"name":"n"}""", "'.of.id' must be a string, a number or a boolean, as the stream is keyed by it")]
    [InlineData("""{"$schema":"/test/thing/1.0.0","meta":{"stream":"elsewhere"},"name":"n"}""", "the setting Millrace:Datacenter chooses it")]
    [InlineData("""{"$schema":"/test/thing/1.0.0","meta":{"stream":"things"},"name":"n","name":"m"}""", "")]
    [InlineData("""{"$schema":"/test/thing/1.0.0","meta":{"stream":"things"},"name":"\ud800"}""", "half a surrogate pair")]
    [InlineData("""[7]""", "An event must be a JSON object")]
    public async Task An_event_that_is_not_taken_is_400_with_the_reason_and_no_error_event(string body, string reason)
    {
        await using var app = await IntakeApp.StartAsync("Intake:ErrorStream=EventIntake.error");

        using var answer = await app.PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var invalid = Assert.Single((await BodyAsync(answer)).GetProperty("invalid").EnumerateArray());
        Assert.Contains(reason, invalid.GetProperty("context").GetProperty("message").GetString(), StringComparison.Ordinal);
        using var settled = await app.PostAsync(Bad);
        var errors = app.Read("EventIntake.error", 1);
        Assert.Contains("name", Encoding.UTF8.GetString(errors.Single().Message.Value), StringComparison.Ordinal);
        Assert.Equal(1, app.Count("EventIntake.error"));
    }

    [Fact]
    public async Task A_schema_without_bounds_is_taken_where_that_is_set()
    {
        await using var app = await IntakeApp.StartAsync("Intake:AllowUnboundedSchemas=true");
        app.Broker.CreateTopic("insecure", 1);

        using var answer = await app.PostAsync("""{"$schema":"/test/insecure/1.0.0","meta":{"stream":"insecure"},"name":"a"}""");

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    [Theory]
    [InlineData("""{"a":NaN}""")]
    [InlineData("""{"a":1e999}""")]
    [InlineData("""{"a":1}{"b":2}""")]
    [InlineData("""[{"a":1},""")]
    [InlineData("""{"a":1,}""")]
    [InlineData("""7""")]
    [InlineData("\uFEFF{}")]
    public async Task A_body_that_is_no_JSON_is_400_as_a_whole(string body)
    {
        await using var app = await IntakeApp.StartAsync();

        using var answer = await app.PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var invalid = Assert.Single((await BodyAsync(answer)).GetProperty("invalid").EnumerateArray());
        Assert.Equal(JsonValueKind.Null, invalid.GetProperty("event").ValueKind);
    }

    [Fact]
    public async Task An_array_with_a_broken_end_leaves_none_of_its_events_behind()
    {
        await using var app = await IntakeApp.StartAsync();

        using var answer = await app.PostAsync($"[{Good},{Good},{{\"a\":1e999}}]");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(0, app.Count("things"));
    }

    [Theory]
    [InlineData(65, HttpStatusCode.BadRequest)]
    [InlineData(100_000, HttpStatusCode.BadRequest)]
    [InlineData(60, HttpStatusCode.Created)]
    public async Task Nesting_has_a_bound(int levels, HttpStatusCode status)
    {
        await using var app = await IntakeApp.StartAsync();

        using var answer = await app.PostAsync(IntakeApp.Event(more: $",\"any\":{new string('[', levels)}{new string(']', levels)}"));

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task A_body_that_is_no_UTF_8_is_400()
    {
        await using var app = await IntakeApp.StartAsync();

        using var answer = await app.PostAsync([.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8]);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Another_content_type_is_415(string type)
    {
        await using var app = await IntakeApp.StartAsync();

        using var answer = await app.PostAsync(Good, type: type);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Fact]
    public async Task A_body_or_a_number_of_events_that_is_too_large_is_413()
    {
        await using var app = await IntakeApp.StartAsync("Intake:MaxBodyBytes=2048", "Intake:MaxEvents=2");

        using var large = await app.PostAsync(IntakeApp.Event(more: $",\"any\":\"{new string('x', 2048)}\""));
        using var many = await app.PostAsync("[{},{},{}]");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, many.StatusCode);
    }

    [Fact]
    public async Task An_event_that_is_too_large_is_invalid_and_the_others_are_stored()
    {
        await using var app = await IntakeApp.StartAsync("Intake:MaxEventBytes=1024");

        using var answer = await app.PostAsync($"[{Good},{IntakeApp.Event(more: $",\"any\":\"{new string('x', 1024)}\"")}]");

        Assert.Equal(HttpStatusCode.MultiStatus, answer.StatusCode);
        Assert.Contains("allowed are 1024", (await BodyAsync(answer)).GetProperty("invalid")[0].GetProperty("context").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, app.Count("things"));
    }

    [Fact]
    public async Task What_the_brokers_never_take_is_500()
    {
        await using var app = await IntakeApp.StartAsync();
        app.Broker.Faults.Fail(ApiKey.Produce, 1, KafkaError.MessageTooLarge);

        using var answer = await app.PostAsync(Good);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("do not take", (await BodyAsync(answer)).GetProperty("error")[0].GetProperty("context").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    internal static async Task<JsonElement> BodyAsync(HttpResponseMessage answer) => JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync());
}
