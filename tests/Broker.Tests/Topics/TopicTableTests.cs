using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Millrace.Broker.Storage;
using Millrace.Broker.Tests.Storage;
using Millrace.Broker.Topics;

namespace Millrace.Broker.Tests.Topics;

public sealed class TopicTableTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly FakeTimeProvider _time = new();
    private readonly DataDirectory _directory;
    private Journal _journal;
    private TopicTable _topics;

    public TopicTableTests()
    {
        _directory = DataDirectory.Open(_temporary.Path);
        (_journal, _topics) = Open();
    }

    public void Dispose()
    {
        Close();
        _directory.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public void A_topic_has_its_partitions_and_settings_and_no_others()
    {
        Assert.Equal((KafkaError.None, null), _topics.Create("t", 2, Settings(("retention.ms", "1000"))));

        Assert.Equal(TimeSpan.FromSeconds(1), _topics.Log("t", 1)!.Settings.RetentionTime);
        Assert.Null(_topics.Log("t", 2));
        Assert.Null(_topics.Log("t", -1));
        Assert.Null(_topics.Log("u", 0));
        Assert.Equal("t", Assert.Single(_topics.All).Name);
    }

    [Fact]
    public void What_cannot_be_created_is_refused_and_leaves_nothing()
    {
        _topics.Create("t", 1, []);

        IsRefused(KafkaError.TopicAlreadyExists, "Topic 't' already exists.", _topics.Create("t", 1, []));
        IsRefused(KafkaError.InvalidTopic, "'a/b'", _topics.Create("a/b", 1, []));
        IsRefused(KafkaError.InvalidTopic, "'..'", _topics.Create("..", 1, []));
        IsRefused(KafkaError.InvalidTopic, "250 characters; allowed are 1 to 249", _topics.Create(new string('a', 250), 1, []));
        IsRefused(KafkaError.InvalidTopic, "0 characters", _topics.Create("", 1, []));
        IsRefused(KafkaError.InvalidPartitions, "0 partitions", _topics.Create("u", 0, []));
        IsRefused(KafkaError.InvalidPartitions, "100000 partitions at most; 100000 are too many", _topics.Create("u", TopicTable.MaxPartitions, []));
        IsRefused(KafkaError.InvalidConfig, "'nope' is not known", _topics.Create("u", 1, Settings(("nope", "1"))));
        IsRefused(KafkaError.InvalidConfig, "retention.ms is 'soon'", _topics.Create("u", 1, Settings(("retention.ms", "soon"))));
        Assert.Equal(KafkaError.None, _topics.Create("u", 1, [], validateOnly: true).Error);

        Restart();
        Assert.Equal("t", Assert.Single(_topics.All).Name);
    }

    [Fact]
    public void Everything_is_there_after_a_restart()
    {
        var longest = new string('n', 249);
        _topics.Create("t", 2, Settings(("cleanup.policy", "compact")));
        _topics.Create(longest, 1, []);
        _topics.Create("gone", 1, []);
        Append("t", 1);
        Append(longest, 0);
        Assert.Equal(KafkaError.None, _topics.Grow("t", 3, validateOnly: false).Error);
        Assert.Equal(KafkaError.None, _topics.Alter("t", all => all.SetItem("retention.ms", "5"), validateOnly: false).Error);
        Assert.Equal(KafkaError.None, _topics.Delete("gone"));
        var id = _topics.Find("t")!.Id;

        Restart();

        Assert.Equal([longest, "t"], _topics.All.Select(topic => topic.Name));
        Assert.Equal(id, _topics.Find("t")!.Id);
        Assert.Equal([0L, 1L, 0L], _topics.Find("t")!.Partitions.Select(log => log.EndOffset));
        Assert.Equal(1, _topics.Log(longest, 0)!.EndOffset);
        Assert.Equal((true, TimeSpan.FromMilliseconds(5)), (_topics.Log("t", 2)!.Settings.Compact, _topics.Log("t", 2)!.Settings.RetentionTime));
    }

    [Fact]
    public void A_topic_only_grows()
    {
        _topics.Create("t", 2, []);

        IsRefused(KafkaError.InvalidPartitions, "has 2 partitions, and can only get more, not 2", _topics.Grow("t", 2, validateOnly: false));
        IsRefused(KafkaError.InvalidPartitions, "not 1", _topics.Grow("t", 1, validateOnly: false));
        IsRefused(KafkaError.InvalidPartitions, "2147483647 are too many", _topics.Grow("t", int.MaxValue, validateOnly: false));
        IsRefused(KafkaError.UnknownTopicOrPartition, "'u'", _topics.Grow("u", 3, validateOnly: false));
        Assert.Equal(KafkaError.None, _topics.Grow("t", 3, validateOnly: true).Error);

        Assert.Equal(2, _topics.Find("t")!.Partitions.Length);
    }

    [Fact]
    public void Room_for_partitions_comes_back_with_the_topic_that_had_them()
    {
        using var topics = new TopicTable(Journal.InMemory(), new TopicVolumes(null), new LogSettings(), _time, NullLogger.Instance);
        Assert.Equal(KafkaError.None, topics.Create("most", TopicTable.MaxPartitions - 1, []).Error);
        Assert.Equal(KafkaError.InvalidPartitions, topics.Create("t", 2, []).Error);
        Assert.Equal(KafkaError.None, topics.Create("t", 1, []).Error);
        Assert.Equal(KafkaError.InvalidPartitions, topics.Grow("t", 2, validateOnly: false).Error);

        topics.Delete("most");

        Assert.Equal(KafkaError.None, topics.Grow("t", 3, validateOnly: false).Error);
    }

    [Fact]
    public void A_change_of_settings_holds_at_once_or_not_at_all()
    {
        _topics.Create("t", 1, Settings(("retention.ms", "1000")));

        IsRefused(KafkaError.InvalidConfig, "retention.ms is 'x'", _topics.Alter("t", all => all.SetItem("retention.ms", "x"), validateOnly: false));
        IsRefused(KafkaError.UnknownTopicOrPartition, "'u'", _topics.Alter("u", all => all, validateOnly: false));
        Assert.Equal(KafkaError.None, _topics.Alter("t", all => all.SetItem("retention.ms", "7"), validateOnly: true).Error);
        Assert.Equal(TimeSpan.FromSeconds(1), _topics.Log("t", 0)!.Settings.RetentionTime);

        Assert.Equal(KafkaError.None, _topics.Alter("t", all => all.Remove("retention.ms"), validateOnly: false).Error);
        Assert.Equal(_topics.Defaults.RetentionTime, _topics.Log("t", 0)!.Settings.RetentionTime);
    }

    [Fact]
    public void A_topic_that_is_created_anew_has_nothing_of_the_one_before()
    {
        _topics.Create("t", 1, []);
        Append("t", 0);
        var before = _topics.Find("t")!.Id;
        Assert.Equal(KafkaError.None, _topics.Delete("t"));
        Assert.Equal(KafkaError.UnknownTopicOrPartition, _topics.Delete("t"));
        Assert.Empty(TopicDirectories());

        _topics.Create("t", 1, []);

        Assert.NotEqual(before, _topics.Find("t")!.Id);
        Assert.Equal(0, _topics.Log("t", 0)!.EndOffset);
    }

    [Fact]
    public void What_an_interrupted_deletion_has_left_goes_with_the_next_start()
    {
        _topics.Create("t", 1, []);
        Append("t", 0);
        var kept = Assert.Single(TopicDirectories());
        var orphan = Path.Combine(_temporary.Path, "topics", $"t.{Guid.NewGuid():N}", "0");
        Directory.CreateDirectory(orphan);
        File.WriteAllText(Path.Combine(orphan, "00000000000000000000.log"), "left");

        Restart();

        Assert.Equal(kept, Assert.Single(TopicDirectories()));
        Assert.Equal(1, _topics.Log("t", 0)!.EndOffset);
    }

    private static ImmutableSortedDictionary<string, string> Settings(params (string Name, string Value)[] settings) => settings.ToImmutableSortedDictionary(one => one.Name, one => one.Value);

    private static void IsRefused(KafkaError expected, string text, (KafkaError Error, string? Message) result)
    {
        Assert.Equal(expected, result.Error);
        Assert.Contains(text, result.Message, StringComparison.Ordinal);
    }

    private string[] TopicDirectories() => Directory.Exists(Path.Combine(_temporary.Path, "topics")) ? Directory.GetDirectories(Path.Combine(_temporary.Path, "topics")) : [];

    private void Append(string topic, int partition) => Assert.Equal(KafkaError.None, _topics.Log(topic, partition)!.Append(new Batch().ToBytes()).Error);

    private void Restart()
    {
        Close();
        (_journal, _topics) = Open();
    }

    private void Close()
    {
        _topics.Dispose();
        _journal.Dispose();
    }

    private (Journal Journal, TopicTable Topics) Open()
    {
        var journal = Journal.Open(_directory.Volume("journal"), flushAlways: false, NullLogger.Instance);
        return (journal, new TopicTable(journal, new TopicVolumes(_directory), new LogSettings(), _time, NullLogger.Instance));
    }
}
