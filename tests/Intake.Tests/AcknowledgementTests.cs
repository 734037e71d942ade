using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Millrace.Broker;

namespace Millrace.Intake.Tests;

/// <summary>The answer is the truth about each event, however the brokers fare.</summary>
public sealed class AcknowledgementTests
{
    // Of the protocol's codes, the one of a topic that the client may not write.
    private const KafkaError NotAllowed = (KafkaError)29;

    private static readonly string Good = IntakeApp.Event();

    [Fact]
    public async Task Without_a_broker_it_is_503_in_time_and_with_one_again_it_goes_on()
    {
        await using var app = await IntakeApp.StartAsync("Intake:AcknowledgeWithin=00:00:04", "Intake:RetryAfter=00:00:07");
        using (var first = await app.PostAsync(Good))
        {
            Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        }

        await app.Broker.DownAsync();
        using (var answer = await app.PostAsync($"[{Good},{Good}]"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(7), answer.Headers.RetryAfter!.Delta);
            var errors = (await StatusTests.BodyAsync(answer)).GetProperty("error");
            Assert.Equal(2, errors.GetArrayLength());
            Assert.All(errors.EnumerateArray(), error => Assert.Contains("stored", error.GetProperty("context").GetProperty("message").GetString(), StringComparison.Ordinal));
        }

        using (var ready = await app.Client.GetAsync("readyz"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.Contains("\"intake\":", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        app.Broker.Up();
        while (true)
        {
            using var again = await app.PostAsync(Good);
            if (again.StatusCode == HttpStatusCode.Created)
            {
                break;
            }

            Assert.Equal(HttpStatusCode.ServiceUnavailable, again.StatusCode);
        }

        using var readyAgain = await app.Client.GetAsync("readyz");
        Assert.Equal(HttpStatusCode.OK, readyAgain.StatusCode);
    }

    [Fact]
    public async Task An_acknowledgement_that_comes_too_late_is_an_error_that_says_that_nothing_is_known()
    {
        await using var app = await IntakeApp.StartAsync("Intake:AcknowledgeWithin=00:00:04");
        using (var first = await app.PostAsync(Good))
        {
            Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        }

        app.Broker.Faults.Delay(TimeSpan.FromSeconds(10), ApiKey.Produce, times: 1);
        using var answer = await app.PostAsync(Good);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        var error = Assert.Single((await StatusTests.BodyAsync(answer)).GetProperty("error").EnumerateArray());
        Assert.Equal("error", error.GetProperty("status").GetString());
        Assert.Contains("may or may not be stored", error.GetProperty("context").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_is_slow_but_in_time_is_waited_for()
    {
        await using var app = await IntakeApp.StartAsync();
        app.Broker.Faults.Delay(TimeSpan.FromSeconds(1), ApiKey.Produce, times: 1);

        using var answer = await app.PostAsync(Good);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(1, app.Count("things"));
    }

    [Fact]
    public async Task A_queue_that_is_full_is_503_at_once_and_what_is_gone_makes_room()
    {
        await using var app = await IntakeApp.StartAsync("Intake:QueueBytes=65536", "Intake:AcknowledgeWithin=00:00:04");
        using (var first = await app.PostAsync(Good))
        {
            Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        }

        await app.Broker.DownAsync();
        var large = IntakeApp.Event(more: $",\"any\":\"{new string('x', 20_000)}\"");
        using (var hasty = await app.PostAsync(large, "?hasty=true"))
        {
            Assert.Equal(HttpStatusCode.Accepted, hasty.StatusCode);
        }

        using (var refused = await app.PostAsync(large))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Equal("""{"message":"Too many events wait to be stored."}""", await refused.Content.ReadAsStringAsync());
        }

        Assert.InRange(app.Service.QueuedBytes, 20_000, 65_536);
        while (app.Service.QueuedBytes > 0)
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task An_array_that_does_not_fit_is_refused_as_a_whole()
    {
        await using var app = await IntakeApp.StartAsync("Intake:QueueBytes=65536");

        using var refused = await app.PostAsync($"[{string.Join(',', Enumerable.Repeat(Good, 300))}]");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(0, app.Count("things"));
        Assert.Equal(0, app.Service.QueuedBytes);
    }

    [Fact]
    public async Task A_topic_that_may_not_be_written_says_nothing_of_the_others()
    {
        await using var app = await IntakeApp.StartAsync();
        app.Broker.Faults.Fail(ApiKey.Produce, 1, NotAllowed);

        using var answer = await app.PostAsync(Good);
        using var ready = await app.Client.GetAsync("readyz");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    [Fact]
    public async Task What_was_taken_in_haste_and_is_lost_is_logged()
    {
        await using var app = await IntakeApp.StartAsync();
        app.Broker.Faults.Fail(ApiKey.Produce, 1, NotAllowed);

        using var answer = await app.PostAsync(Good, "?hasty=true");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        while (!app.Log.Above(LogLevel.Information).Any(line => line.StartsWith("1 events are not known to be stored", StringComparison.Ordinal)))
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task The_test_event_tells_whether_it_works()
    {
        await using var app = await IntakeApp.StartAsync("Intake:TestStream=EventIntake.test", "Intake:AcknowledgeWithin=00:00:04");

        using (var works = await app.Client.GetAsync("v1/_test/events"))
        {
            Assert.Equal(HttpStatusCode.Created, works.StatusCode);
        }

        var stored = JsonElement.Parse(app.Read("EventIntake.test", 1).Single().Message.Value);
        Assert.Equal("canary", stored.GetProperty("meta").GetProperty("domain").GetString());
        Assert.True(Repository.Schemas.TryValidate("/test/event/1.0.0", Encoding.UTF8.GetBytes(stored.GetRawText()), out _));

        await app.Broker.DownAsync();
        using var broken = await app.Client.GetAsync("v1/_test/events");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, broken.StatusCode);
    }

    [Fact]
    public async Task Without_a_stream_for_it_there_is_no_test_event()
    {
        await using var app = await IntakeApp.StartAsync();

        using var answer = await app.Client.GetAsync("v1/_test/events");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
