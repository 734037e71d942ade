using Millrace.Core;
using Millrace.Testing;

namespace Millrace.Connectors.Tests;

/// <summary>A connector whose checkpoint is Kafka's, when the topic that it has events of is gone.</summary>
public sealed class MissingTopicTests() : HttpFixture(withTopic: false)
{
    [Fact]
    public async Task Events_of_a_topic_that_is_not_there_wait_and_say_for_what_and_go_on_when_it_is()
    {
        var runner = Runner(Stage(), Sink());
        var waited = new List<KeyValuePair<StreamPartition, string>>();
        Clock.OnPause = () =>
        {
            if (waited.Count == 0)
            {
                waited.AddRange(runner.Tally.Blocked);
                CreateTopic();
            }
        };

        await runner.RunAsync([Some.Record(0), Some.Record(1)], CancellationToken.None);

        var (partition, reason) = Assert.Single(waited);
        Assert.Equal(new StreamPartition(Some.Input, 0), partition);
        Assert.EndsWith("(UnknownTopicOrPart). A topic is not there, or not any more: they wait until it is.", reason, StringComparison.Ordinal);
        Assert.Equal((2, 0), (runner.Tally.Emitted, runner.Tally.Failed));
        Assert.Empty(runner.Tally.Blocked);
        Assert.Single(Receiver.Posts);
    }
}
