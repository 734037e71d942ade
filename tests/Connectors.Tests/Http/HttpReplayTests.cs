using System.Text;
using System.Text.Json;
using Millrace.Core;
using Millrace.Testing;

namespace Millrace.Connectors.Tests;

/// <summary>Events that an HTTP receiver refused, and that are given to the connector once more.</summary>
public sealed class HttpReplayTests : HttpFixture
{
    [Fact]
    public async Task An_event_that_was_refused_and_corrected_is_posted_as_it_is_under_a_key_of_its_own()
    {
        Receiver.OnPost = (post, _) => new Answer(post.Body.Contains("bad", StringComparison.Ordinal) ? 422 : 200);
        var bed = new ReplayBed(Stage(), Store());
        var refused = Some.Record(7, change: body => body["text"] = "bad");
        await bed.RunAsync(refused);
        var corrected = Json(Some.Record(7, change: body => body["text"] = "good"));

        await bed.ReplayAsync(refused.Position, corrected);

        Assert.Equal(corrected, JsonElement.Parse(Receiver.Posts[^1].Body)[0].GetRawText());
        Assert.Equal(["Post.test.input.0.7-7", "Post.Post.replay.0.0-0"], Receiver.Keys.Distinct());
        Assert.Equal([ErrorState.Resolved], bed.States);
    }

    [Fact]
    public async Task One_that_is_refused_again_is_marked_so_and_those_behind_it_are_posted_in_order()
    {
        Receiver.OnPost = (post, _) => new Answer(JsonElement.Parse(post.Body).EnumerateArray().Any(item => item.Child("n").Number() == 3) ? 400 : 200);
        var bed = new ReplayBed(Stage(), Store());
        foreach (var offset in (long[])[3, 5, 9])
        {
            await bed.ReplayAsync(new StreamPosition(Some.Input, 0, offset), Json(Some.Record(offset)));
        }

        Assert.Contains(ErrorState.FailedAgain, bed.States);
        Assert.Equal([ErrorState.Resolved, ErrorState.Resolved], bed.States.TakeLast(2));
        Assert.Equal([3L, 5L, 9L], Receiver.Posts.Select(post => (long)JsonElement.Parse(post.Body)[0].Child("n").Number()!.Value).Distinct());
    }

    private static string Json(EventRecord record) => Encoding.UTF8.GetString(record.Value!);
}
