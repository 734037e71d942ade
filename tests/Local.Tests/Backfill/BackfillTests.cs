using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Confluent.Kafka;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local.Tests;

/// <summary><c>millrace backfill</c> against the embedded broker.</summary>
public sealed class BackfillTests : BackfillFixture
{
    private static IEnumerable<string> Ids(int from, int to) => Enumerable.Range(0, Partitions).SelectMany(partition => Enumerable.Range(from, to - from).Select(offset => IdOf(partition, offset)));

    [Fact]
    public async Task Between_two_times_each_record_gives_the_event_that_the_live_stage_gives()
    {
        Write(20);

        var summary = Complete("--from", At(5), "--to", At(12));

        Assert.Equal(Ids(5, 12).Order(), (await IdsAsync(Live)).Order());
        Assert.Equal((14, 14, 14), (summary.Child("done").Number(), summary.Child("total").Number(), summary.Child("emitted").Number()));
        Assert.True(summary.Child("complete").Flag());
    }

    [Fact]
    public async Task Offsets_are_for_every_partition_or_for_those_that_are_named()
    {
        Write(10);

        Complete("--from", "8", "--name", "all");
        Complete("--topic", Topic, "--from", "1:2", "--to", "0:10,1:5", "--name", "one");

        Assert.Equal([.. Ids(8, 10).Concat([IdOf(1, 2), IdOf(1, 3), IdOf(1, 4)]).Order()], (await IdsAsync(Live)).Order());
    }

    [Fact]
    public async Task Without_an_end_it_ends_where_the_topics_ended_when_it_began_and_the_same_command_does_nothing_more()
    {
        Write(3);
        Complete("--from", "earliest");
        Write(2);

        var again = Complete("--from", "earliest");

        Assert.Equal(Ids(0, 3).Order(), (await IdsAsync(Live)).Order());
        Assert.Equal((6, 0), (again.Child("total").Number(), again.Child("in").Number()));
    }

    [Fact]
    public async Task Killed_it_goes_on_where_it_was_and_each_event_is_there_once()
    {
        const int Each = 6_000;
        Write(Each);
        string[] arguments = Arguments("--from", "earliest", "--to", "15000", "--parallel", "2");
        using (var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(BackfillCommand).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!)
        {
            // As soon as anything is committed.
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await foreach (var _ in new TopicReader(Kafka).ReadAsync([Live], patience.Token))
            {
                break;
            }

            process.Kill();
            await process.WaitForExitAsync();
            Assert.NotEqual(0, process.ExitCode);
        }

        var before = (await IdsAsync(Live)).Count;
        var run = RunAs(arguments);

        Assert.Equal((0, ""), (run.ExitCode, string.Join('\n', run.Error.Split('\n').Where(line => line.Contains("millrace:", StringComparison.Ordinal)))));
        Assert.InRange(before, 1, (Each * Partitions) - 1);
        Assert.Equal(Ids(0, Each).Order(), (await IdsAsync(Live)).Order());
        Assert.Equal((Each * Partitions) - before, JsonElement.Parse(run.Output).Child("emitted").Number());
    }

    [Fact]
    public async Task Interrupted_it_says_how_far_it_is_and_goes_on_from_there()
    {
        const int Each = 6_000;
        Write(Each);
        using var interrupt = new CancellationTokenSource();
        using StringWriter output = new(), error = new();
        var running = new RootCommand { BackfillCommand.Create() }.Parse(Arguments("--from", "0")).InvokeAsync(
            new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false }, interrupt.Token);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var _ in new TopicReader(Kafka).ReadAsync([Live], patience.Token))
        {
            break;
        }

        await interrupt.CancelAsync();
        Assert.Equal(1, await running);
        var summary = JsonElement.Parse(output.ToString());
        Assert.False(summary.Child("complete").Flag());
        Assert.InRange(summary.Child("done").Number()!.Value, 0, (Each * Partitions) - 1);

        Complete("--from", "0");

        Assert.Equal(Ids(0, Each).Order(), (await IdsAsync(Live)).Order());
    }

    [Fact]
    public async Task Records_that_went_before_it_came_to_them_are_told_of()
    {
        Write(10);
        Complete("--from", "0", "--to", "9", "--name", "mine");
        Offsets.Commit("PageChange.backfill.mine.checkpoint", [new TopicPartitionOffset(Topic, 1, 2)]);
        Offsets.Commit("PageChange.backfill.mine", [new TopicPartitionOffset(Topic, 1, 2)]);
        await DeleteBeforeAsync(partition: 1, offset: 5);

        var run = Run("--from", "0", "--to", "9", "--name", "mine");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("mediawiki.revision-create/1 begins at 5 by now, and this backfill is at 2: what is between is gone", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_and_transactions_of_the_live_stage_are_not_touched()
    {
        Write(10);
        TopicPartition[] partitions = [new(Topic, 0), new(Topic, 1)];
        foreach (var (group, offset) in (IEnumerable<(string, int)>)[("PageChange", 4), ("PageChange.checkpoint", 3)])
        {
            Offsets.Commit(group, [.. partitions.Select(partition => new TopicPartitionOffset(partition, offset))]);
        }

        var config = Kafka.CreateTransactionalConfig($"PageChange.{Topic}.0");
        using var live = new ProducerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).Build();
        live.InitTransactions(TimeSpan.FromSeconds(30));
        live.BeginTransaction();
        live.Produce(Live, new Message<byte[]?, byte[]?> { Value = "{}"u8.ToArray() });

        Complete("--from", "0");

        // A producer that had been fenced could not.
        live.CommitTransaction(TimeSpan.FromSeconds(30));
        Assert.All(partitions, partition => Assert.Equal((4, 3), (Offsets.Committed("PageChange", partitions)[partition], Offsets.Committed("PageChange.checkpoint", partitions)[partition])));
    }

    [Fact]
    public async Task Another_stream_takes_the_events_with_the_same_ids_and_its_own_name()
    {
        Write(4);

        Complete("--from", "0", "--to-stream", Other);

        Assert.Empty(await IdsAsync(Live));
        Assert.Equal(Ids(0, 4).Order(), (await IdsAsync(Other)).Order());
    }

    [Fact]
    public async Task What_fails_goes_to_the_error_stream_and_is_counted()
    {
        using (var producer = new ProducerBuilder<byte[]?, byte[]?>(Kafka.CreateProducerConfig()).SetLogHandler((_, _) => { }).Build())
        {
            await producer.ProduceAsync(new TopicPartition(Topic, 0), new Message<byte[]?, byte[]?> { Value = "no JSON"u8.ToArray() });
        }

        var summary = Complete("--from", "0");

        Assert.Equal((1, 1), (summary.Child("failed").Number(), summary.Child("failed_by").Child("malformed_json").Number()));
        Assert.Single(await IdsAsync("PageChange.error"));
    }

    [Fact]
    public void The_ends_of_transactions_at_the_end_are_no_records_to_wait_for()
    {
        Write(2);
        using (var producer = new ProducerBuilder<byte[]?, byte[]?>(Kafka.CreateTransactionalConfig("other")).SetLogHandler((_, _) => { }).Build())
        {
            producer.InitTransactions(TimeSpan.FromSeconds(30));
            producer.BeginTransaction();
            producer.Produce(new TopicPartition(Topic, 0), new Message<byte[]?, byte[]?> { Value = "no JSON"u8.ToArray() });
            producer.Flush();
            producer.AbortTransaction();
        }

        var summary = Complete("--from", "0");

        Assert.Equal((6, 6, 4), (summary.Child("total").Number(), summary.Child("done").Number(), summary.Child("in").Number()));
    }

    [Fact]
    public void A_name_is_for_one_range()
    {
        Write(4);
        Complete("--from", "0", "--to", "2", "--name", "mine");

        var run = Run("--from", "0", "--to", "4", "--name", "mine");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--name is 'mine', which is a backfill of PageChange with another --from, --to, --topic, --to-stream or --from-lake", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--from is 'yesterday'; allowed is a time such as", "--from", "yesterday")]
    [InlineData("--from is '0:1,0:2'", "--from", "0:1,0:2")]
    [InlineData("--to is '12:3x'; allowed", "--from", "0", "--to", "12:3x")]
    [InlineData("--parallel is 0; allowed is 1 to 256", "--from", "0", "--parallel", "0")]
    [InlineData("--name is 'a.b'; allowed", "--from", "0", "--name", "a.b")]
    [InlineData("--setting is 'x'; allowed is NAME=VALUE", "--from", "0", "--setting", "x")]
    [InlineData("--topic is 'other'; PageChange reads mediawiki.revision-create, mediawiki.page-create", "--from", "0", "--topic", "other")]
    [InlineData("choose one with --topic", "--from", "0:1")]
    [InlineData("allowed are streams of the catalog that take mediawiki/page/change and that PageChange does not read: mediawiki.page_change.v1, mediawiki.page_content_change.v1", "--from", "0", "--to-stream", "mediawiki.page-create")]
    public void What_cannot_be_used_is_refused_by_its_name(string expected, params string[] arguments)
    {
        var run = Run(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stage_that_does_not_exist_is_refused_with_those_that_do()
    {
        var run = RunAs("backfill", "--stage", "Nothing", "--from", "0", "--kafka", Kafka.BootstrapServers!);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--stage is 'Nothing'; allowed is PageChange, PageContentChange", run.Error, StringComparison.Ordinal);
    }
}
