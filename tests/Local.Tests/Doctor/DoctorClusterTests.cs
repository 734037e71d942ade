using System.Net;
using System.Net.Sockets;
using Confluent.Kafka;
using Millrace.Broker;
using static Millrace.Local.Tests.DoctorMachineTests;

namespace Millrace.Local.Tests;

/// <summary>The checks of <c>millrace doctor</c> that look at a cluster: each finds nothing where all is well, and what a test breaks.</summary>
public sealed class DoctorClusterTests : IDisposable
{
    private const string Input = "mediawiki.page_change.v1";

    private readonly Patient _patient = new();

    public void Dispose() => _patient.Dispose();

    [Fact]
    public async Task A_broker_that_does_not_answer_is_an_error()
    {
        Assert.Empty(await _patient.RunAsync(new BrokersCheck()));

        await _patient.Broker.DownAsync();

        AssertOne(DoctorVerdict.Error, "No broker answers there: ", await _patient.RunAsync(new BrokersCheck()));
    }

    [Fact]
    public async Task A_broker_that_cannot_be_reached_where_it_says_it_is_is_an_error()
    {
        using var subject = await _patient.OpenAsync();
        await _patient.Broker.DownAsync();

        AssertOne(DoctorVerdict.Error, "says that it is there, and cannot be reached from here", Assert.Single(await DoctorRun.RunAsync([new BrokersCheck()], subject, default)).Findings);
    }

    [Fact]
    public async Task A_client_that_is_turned_away_is_an_error_of_authentication_and_not_of_the_brokers()
    {
        Assert.Empty(await _patient.RunAsync(new AuthenticationCheck()));

        _patient.Kafka.Client["security.protocol"] = "sasl_plaintext";
        _patient.Kafka.Client["sasl.mechanism"] = "PLAIN";
        _patient.Kafka.Client["sasl.username"] = _patient.Kafka.Client["sasl.password"] = "nobody";

        AssertOne(DoctorVerdict.Error, "The client is turned away with security.protocol 'sasl_plaintext'", await _patient.RunAsync(new AuthenticationCheck()));
        Assert.Empty(await _patient.RunAsync(new BrokersCheck()));
    }

    [Fact]
    public async Task A_broker_that_offers_too_little_for_transactions_is_an_error_for_each_request()
    {
        Assert.Empty(await _patient.RunAsync(new ApiVersionsCheck()));

        // Produce up to 2 and nothing else: a broker from before transactions.
        var found = await AnswerAsync([0, 0, 0, 16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2]);

        Assert.Equal(7, found.Count);
        Assert.Equal("It offers Produce up to version 2; 3 is needed for delivery exactly once.", found[0].Sentence);
        Assert.Contains(found, finding => finding.Sentence == "It does not offer InitProducerId, which is needed for delivery exactly once.");
    }

    [Fact]
    public async Task What_is_no_broker_is_a_warning() =>
        AssertOne(DoctorVerdict.Warning, "the answer has 1213486160 bytes, which is none of Kafka's", await AnswerAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray()));

    [Fact]
    public async Task A_transaction_that_cannot_begin_is_an_error()
    {
        Assert.Empty(await _patient.RunAsync(new TransactionsCheck()));

        _patient.Broker.Faults.Fail(ApiKey.InitProducerId, 1, KafkaError.TransactionalIdAuthorizationFailed);

        AssertOne(DoctorVerdict.Error, "No transaction can begin: ", await _patient.RunAsync(new TransactionsCheck()));
    }

    [Fact]
    public async Task A_topic_that_is_missing_is_an_error_with_the_command_that_creates_it()
    {
        Assert.Empty(await _patient.RunAsync(new TopicsCheck()));

        _patient.Add("More", """{ "connector": "lake", "inputs": ["mediawiki.page_change.v1"] }""");
        var found = await _patient.RunAsync(new TopicsCheck());

        AssertOne(DoctorVerdict.Error, "The topic does not exist; it carries the stream More.error.", [.. found.Where(finding => finding.Verdict == DoctorVerdict.Error)]);
        Assert.Contains("kafka-topics --create --topic More.error --partitions 4", found[0].Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_replays_need_and_that_is_missing_is_a_warning_with_the_command_that_creates_it()
    {
        _patient.Add("More", """{ "connector": "lake", "inputs": ["mediawiki.page_change.v1"] }""");
        var found = (await _patient.RunAsync(new TopicsCheck())).Where(finding => finding.Verdict == DoctorVerdict.Warning).ToDictionary(finding => finding.Subject, finding => finding.Remedy);

        Assert.Equal($"Create it: kafka-topics --create --topic More.replay --partitions 4 --bootstrap-server {_patient.Broker.BootstrapServers}", found["More.replay"]);
        Assert.Equal($"Create it: kafka-topics --create --topic More.error.resolved --partitions 1 --config cleanup.policy=compact --bootstrap-server {_patient.Broker.BootstrapServers}", found["More.error.resolved"]);
    }

    [Fact]
    public async Task A_topic_of_replays_that_is_narrower_than_what_the_stage_reads_is_a_warning()
    {
        _patient.Add("More", """{ "connector": "lake", "inputs": ["mediawiki.page_change.v1"] }""");
        Create("More.error", 4);
        Create("More.replay", 2);
        Create("More.error.resolved", 1, ("cleanup.policy", "compact"));

        AssertOne(DoctorVerdict.Warning, "The topic has 2 partitions, and the widest topic that More reads 4: events of further partitions cannot be replayed.", await _patient.RunAsync(new TopicsCheck()));
    }

    [Fact]
    public async Task A_topic_of_marks_that_forgets_is_a_warning()
    {
        _patient.Add("More", """{ "connector": "lake", "inputs": ["mediawiki.page_change.v1"] }""");
        Create("More.error", 4);
        Create("More.replay", 4);
        Create("More.error.resolved", 1, ("cleanup.policy", "delete"));

        AssertOne(DoctorVerdict.Warning, "cleanup.policy is 'delete': what became of an error event is forgotten after a time", await _patient.RunAsync(new TopicsCheck()));
    }

    private void Create(string topic, int partitions, params (string Name, string Value)[] settings) =>
        _patient.Broker.CreateTopic(topic, partitions, settings.ToDictionary(setting => setting.Name, setting => setting.Value));

    [Fact]
    public async Task More_replicas_than_partitions_are_a_warning()
    {
        Assert.Empty(await _patient.RunAsync(new ReplicasCheck()));

        _patient.Catalog.Get("PageContentChange").Scale.MaxReplicas = 5;

        AssertOne(DoctorVerdict.Warning, "It may have 5 replicas (maxReplicaCount), and the widest topic that it reads has 4 partitions", await _patient.RunAsync(new ReplicasCheck()));
    }

    [Fact]
    public async Task Inputs_of_one_key_with_different_numbers_of_partitions_are_an_error()
    {
        using var narrow = new Patient(withTopics: false);
        foreach (var topic in narrow.Topics)
        {
            narrow.Broker.CreateTopic(topic, topic == "mediawiki.page-create" ? 2 : 4);
        }

        AssertOne(DoctorVerdict.Error, "mediawiki.revision-create has 4 partitions and mediawiki.page-create 2", await narrow.RunAsync(new ReplicasCheck()));
    }

    [Fact]
    public async Task Events_that_were_deleted_before_they_were_read_are_an_error()
    {
        await _patient.ProduceAsync(Input, _patient.Clock.GetUtcNow(), 10);
        _patient.Commit("PageContentChange.checkpoint", Input, 3);
        Assert.Empty(await _patient.RunAsync(new RetentionCheck()));

        await DeleteAsync(Input, 7);

        AssertOne(DoctorVerdict.Error, "4 offsets were deleted before the stage had read them: it stands at 3, and the partition begins at 7.", await _patient.RunAsync(new RetentionCheck()));
    }

    [Fact]
    public async Task Events_that_wait_for_more_than_half_of_the_retention_are_a_warning()
    {
        await _patient.ProduceAsync(Input, _patient.Clock.GetUtcNow(), 3);
        await KeepAsync(_patient, Input, TimeSpan.FromDays(7));
        Assert.Empty(await _patient.RunAsync(new RetentionCheck()));

        _patient.Clock.Advance(TimeSpan.FromDays(4));

        AssertOne(DoctorVerdict.Warning, "The next event that it is to read is of 2026-01-31T12:00:00Z, 4 days 00:00 ago, and the topic keeps 7 days 00:00.", await _patient.RunAsync(new RetentionCheck()));
    }

    [Fact]
    public async Task Records_that_are_older_than_all_retention_are_a_warning_even_where_they_were_read()
    {
        await _patient.ProduceAsync(Input, _patient.Clock.GetUtcNow().AddYears(-2), 3);
        _patient.Commit("PageContentChange", Input, 3);
        Assert.Empty(await _patient.RunAsync(new RetentionCheck()));

        await KeepAsync(_patient, Input, TimeSpan.FromDays(7));

        AssertOne(DoctorVerdict.Warning, "Its oldest record is of 2024-01-31T12:00:00Z", await _patient.RunAsync(new RetentionCheck()));
    }

    [Fact]
    public async Task A_place_that_is_forgotten_before_the_events_are_is_a_warning_for_whatever_keeps_it_in_kafka()
    {
        Assert.Empty(await _patient.RunAsync(new OffsetsCheck()));

        using var forgetful = new Patient(offsetRetention: TimeSpan.FromDays(7)).Add("Kept", """{ "connector": "lake", "inputs": ["mediawiki.page_change.v1"] }""");
        var found = await forgetful.RunAsync(new OffsetsCheck());
        foreach (var topic in forgetful.Topics.Concat(forgetful.OwnTopics.Select(own => own.Name)).Where(forgetful.Broker.Topics.ContainsKey))
        {
            await KeepAsync(forgetful, topic, TimeSpan.FromDays(7));
        }

        Assert.Equal(
            forgetful.Catalog.Stages.Where(stage => stage.Connector is null).SelectMany(stage => stage.InputTopics.Append(stage.ReplayTopic).Select(topic => $"{stage.Name}, {topic}")),
            found.Select(finding => finding.Subject));
        Assert.StartsWith("The brokers forget the stage's place when it has rested for 7 days 00:00 (offsets.retention.minutes), and the topic keeps events for ever:", found[0].Sentence, StringComparison.Ordinal);
        Assert.Empty(await forgetful.RunAsync(new OffsetsCheck()));
    }

    [Fact]
    public async Task Records_from_the_future_are_a_warning()
    {
        await _patient.ProduceAsync(Input, _patient.Clock.GetUtcNow().AddSeconds(4));
        Assert.Empty(await _patient.RunAsync(new ClockCheck()));

        await _patient.ProduceAsync(Input, _patient.Clock.GetUtcNow().AddHours(1));

        AssertOne(DoctorVerdict.Warning, "Its newest record is 3,600 s in the future, by the clock of whoever wrote it.", await _patient.RunAsync(new ClockCheck()));
    }

    [Fact]
    public async Task A_topic_that_takes_less_than_a_stage_may_write_is_a_warning()
    {
        Assert.DoesNotContain(await _patient.RunAsync(new RecordSizeCheck()), finding => finding.Verdict > DoctorVerdict.Note);

        _patient.Catalog.Get("PageChange").Options.MaxOutputBytes = 200_000_000;

        AssertOne(DoctorVerdict.Warning, "The stage may write 200,000,000 bytes (options.maxOutputBytes), and the topic takes 104,857,600 (max.message.bytes)",
            [.. (await _patient.RunAsync(new RecordSizeCheck())).Where(finding => finding.Verdict > DoctorVerdict.Note)]);
    }

    [Fact]
    public async Task Consumers_that_read_what_is_not_committed_are_an_error()
    {
        Assert.Empty(await _patient.RunAsync(new IsolationCheck()));

        _patient.Kafka.Client["isolation.level"] = "read_uncommitted";

        AssertOne(DoctorVerdict.Error, "It is 'read_uncommitted'", await _patient.RunAsync(new IsolationCheck()));
    }

    [Fact]
    public async Task A_transaction_that_was_left_open_is_a_warning()
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(_patient.Kafka.CreateTransactionalConfig("forgotten")).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(10));
        producer.BeginTransaction();
        await producer.ProduceAsync(new TopicPartition(Input, 2), new Message<byte[], byte[]> { Value = [1], Timestamp = new Timestamp(_patient.Clock.GetUtcNow()) });
        Assert.Empty(await _patient.RunAsync(new IsolationCheck()));

        _patient.Clock.Advance(TimeSpan.FromMinutes(2));
        var found = await _patient.RunAsync(new IsolationCheck());
        producer.AbortTransaction();

        AssertOne(DoctorVerdict.Warning, "end at offset 0, before 1: a transaction is open since a record of 2026-01-31T12:00:00Z.", found);
        Assert.Equal($"{Input} [2]", found[0].Subject);
    }

    private static async Task KeepAsync(Patient patient, string topic, TimeSpan time)
    {
        using var admin = Admin(patient);
        await admin.IncrementalAlterConfigsAsync(new Dictionary<Confluent.Kafka.Admin.ConfigResource, List<Confluent.Kafka.Admin.ConfigEntry>>
        {
            [new() { Type = Confluent.Kafka.Admin.ResourceType.Topic, Name = topic }] =
                [new() { Name = "retention.ms", Value = $"{(long)time.TotalMilliseconds}", IncrementalOperation = Confluent.Kafka.Admin.AlterConfigOpType.Set }],
        });
    }

    private async Task DeleteAsync(string topic, long before)
    {
        using var admin = Admin(_patient);
        await admin.DeleteRecordsAsync([new TopicPartitionOffset(topic, 0, before)]);
    }

    private static IAdminClient Admin(Patient patient) => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = patient.Broker.BootstrapServers }).Build();

    private static async Task<List<DoctorFinding>> AnswerAsync(byte[] answer)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var serving = ServeAsync(server, answer);
        var found = await ApiVersionsCheck.LookAsync("127.0.0.1", ((IPEndPoint)server.LocalEndpoint).Port, default).ToListAsync();
        await serving;
        return found;
    }

    private static async Task ServeAsync(TcpListener server, byte[] answer)
    {
        using var client = await server.AcceptTcpClientAsync();
        await client.GetStream().ReadExactlyAsync(new byte[14]);
        await client.GetStream().WriteAsync(answer);
    }
}
