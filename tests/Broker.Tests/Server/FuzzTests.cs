using System.Buffers.Binary;
using System.Globalization;
using System.Reflection;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Millrace.Broker.Protocol;
using Xunit.Abstractions;

namespace Millrace.Broker.Tests.Server;

/// <summary>Whatever is sent, the broker lives, nothing breaks within it, and it answers others.</summary>
[Collection(Alone)]
public sealed class FuzzTests : IDisposable
{
    // The memory that is measured is that of the process: nothing else runs meanwhile.
    private const string Alone = "Measures the memory of the process";
    private const long AllowedGrowth = 100 * 1024 * 1024;

    private static readonly Type[] Requests = [.. typeof(IRequest).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IRequest)))];

    private readonly ITestOutputHelper _output;
    private readonly RecordedLog _log = new();
    private readonly EmbeddedBroker _broker;
    private readonly Random _random;
    private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);

    public FuzzTests(ITestOutputHelper output)
    {
        var seed = Environment.GetEnvironmentVariable("MILLRACE_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"MILLRACE_SEED={seed}");
        (_output, _random) = (output, new Random(seed));
        _broker = EmbeddedBroker.Start(new EmbeddedBrokerOptions { Logger = _log });
        _broker.CreateTopic("t", 2);
        _broker.CreateTopic("safe");
    }

    public void Dispose() => _broker.Dispose();

    [Fact]
    public async Task Requests_that_are_cut_off_at_any_byte_end_their_connection()
    {
        foreach (var type in Requests)
        {
            var frame = Plausible(type);
            for (var length = 1; length < Math.Min(frame.Length, 200); length++)
            {
                // What the length promises does not come.
                await Send(frame[..length]);

                // The length is right, and the request is not.
                await Send(RawClient.Framed(frame[4..Math.Max(4, length)]));
            }
        }

        await IsWell();
    }

    [Fact]
    public async Task Requests_that_could_come_from_a_client_are_answered_whatever_their_values()
    {
        for (var i = 0; i < 3_000; i++)
        {
            await Send(Plausible(Requests[_random.Next(Requests.Length)]));
        }

        await IsWell();
        Assert.DoesNotContain(_log.Warnings, line => line.Contains("is no request", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Requests_with_changed_bytes_are_answered_or_end_their_connection()
    {
        for (var i = 0; i < 3_000; i++)
        {
            await Send(Mutated(Plausible(Requests[_random.Next(Requests.Length)])));
        }

        await IsWell();
        Assert.NotEmpty(_log.Warnings);
    }

    [Fact]
    public async Task What_a_real_client_sends_ends_its_connection_or_is_answered_when_it_is_cut_off_or_changed()
    {
        await using var proxy = new RecordingProxy(_broker);
        await UseAsync(proxy.BootstrapServers);
        var requests = proxy.Requests;
        var kinds = requests.Select(request => (ApiKey)BinaryPrimitives.ReadInt16BigEndian(request.AsSpan(4))).Distinct().Order().ToList();
        _output.WriteLine($"{requests.Count} requests: {string.Join(", ", kinds)}");
        Assert.Superset(
            new HashSet<ApiKey> { ApiKey.Produce, ApiKey.Fetch, ApiKey.Metadata, ApiKey.ListOffsets, ApiKey.JoinGroup, ApiKey.SyncGroup, ApiKey.InitProducerId, ApiKey.TxnOffsetCommit, ApiKey.EndTxn, ApiKey.CreateTopics },
            kinds.ToHashSet());

        foreach (var request in requests.Where(request => request.Length < 1_000).DistinctBy(request => (BinaryPrimitives.ReadInt16BigEndian(request.AsSpan(4)), request.Length)))
        {
            for (var length = 0; length < request.Length - 4; length++)
            {
                await Send(RawClient.Framed(request[4..(4 + length)]));
            }
        }

        for (var i = 0; i < 2_000; i++)
        {
            await Send(Mutated(requests[_random.Next(requests.Count)]));
        }

        await IsWell();
    }

    [Fact]
    public async Task Whatever_state_requests_have_brought_about_the_next_broker_begins_with_it()
    {
        using var directory = new TemporaryDirectory();
        var options = new EmbeddedBrokerOptions { DataDirectory = directory.Path, Logger = _log };
        IReadOnlyDictionary<string, int> before = new Dictionary<string, int>();
        for (var round = 0; round < 4; round++)
        {
            await using var broker = EmbeddedBroker.Start(options);
            Assert.Equal(before, broker.Topics);
            if (!before.ContainsKey("t"))
            {
                broker.CreateTopic("t", 2);
            }

            for (var i = 0; i < 700; i++)
            {
                await Send(Plausible(Requests[_random.Next(Requests.Length)]), broker);
            }

            before = broker.Topics;
            _output.WriteLine(string.Join(", ", before));
        }

        Assert.Empty(_log.Errors);
    }

    [Fact]
    public async Task Noise_ends_its_connection()
    {
        for (var i = 0; i < 500; i++)
        {
            var noise = new byte[_random.Next(1, 2_000)];
            _random.NextBytes(noise);
            await Send(_random.Next(2) == 0 ? noise : RawClient.Framed(noise));
        }

        await IsWell();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    [InlineData((100 * 1024 * 1024) + 1)]
    public async Task A_length_that_is_not_allowed_ends_the_connection_with_one_line_that_says_so(int length)
    {
        var frame = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(frame, length);
        using var client = await RawClient.ConnectAsync(_broker);

        await client.SendAsync(frame);

        Assert.Equal(0, await client.EndAsync());
        Assert.Contains($" {length} bytes; allowed are 1 to 104857600", Assert.Single(_log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_of_unknown_kinds_and_versions_end_the_connection_but_the_question_for_versions_is_answered()
    {
        var body = new byte[100];
        foreach (var (key, version) in new (short, short)[] { (1_000, 0), (-1, 0), (short.MaxValue, short.MaxValue), (5, 0), (0, 99), (1, -1), (3, short.MinValue) })
        {
            Assert.Equal(0, await Send(RawClient.Frame(key, version, 1, null, new Raw(body), flexible: false)));
        }

        Assert.Equal(7, _log.Warnings.Count);
        Assert.Equal(1, await Send(RawClient.Frame((short)ApiKey.ApiVersions, 99, 1, null, new Raw(body), flexible: false)));
        Assert.Equal(1, await Send(RawClient.Frame((short)ApiKey.ApiVersions, -1, 1, null, new Raw(body), flexible: false)));
        await IsWell();
    }

    [Fact]
    public async Task Connections_that_claim_much_and_stall_cost_little()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var stalled = new List<RawClient>();
        for (var i = 0; i < 500; i++)
        {
            stalled.Add(await RawClient.ConnectAsync(_broker));
            await stalled[^1].SendAsync(new byte[] { 0x06, 0x40, 0, 0, 0, 0, 0, 3 });
        }

        await IsWell();
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 500 * 128 * 1024);
        stalled.ForEach(client => client.Dispose());
        await IsWell();
    }

    private static byte[] Written<T>(short version, IWireStruct body)
        where T : IRequest => RawClient.Frame((T)body, version);

    // A bit of everything: topics, groups, transactions with offsets.
    private static async Task UseAsync(string servers)
    {
        var config = new ClientConfig { BootstrapServers = servers };
        using var admin = new AdminClientBuilder(config).SetLogHandler((_, _) => { }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = "real", NumPartitions = 2, Configs = new() { ["retention.ms"] = "-1" } }]);
        await admin.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Topic, Name = "real" }]);
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig(config) { TransactionalId = "tx" }).SetLogHandler((_, _) => { }).Build();
        producer.InitTransactions(Clients.Patience);
        producer.BeginTransaction();
        await producer.ProduceAsync("real", new Message<byte[]?, byte[]?> { Key = [1], Value = new byte[100] });
        producer.CommitTransaction(Clients.Patience);
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig(config) { GroupId = "real", AutoOffsetReset = AutoOffsetReset.Earliest, EnableAutoCommit = false }).SetLogHandler((_, _) => { }).Build();
        consumer.Subscribe("real");
        var taken = consumer.Take(1)[0];
        consumer.Commit(taken);
        producer.BeginTransaction();
        producer.SendOffsetsToTransaction([taken.TopicPartitionOffset], consumer.ConsumerGroupMetadata, Clients.Patience);
        producer.AbortTransaction(Clients.Patience);
        consumer.QueryWatermarkOffsets(taken.TopicPartition, Clients.Patience);
        consumer.Close();
        await admin.DeleteTopicsAsync(["real"]);
    }

    private byte[] Plausible(Type type)
    {
        var versions = (VersionRange)type.GetProperty(nameof(IRequest.Versions))!.GetValue(null)!;
        var version = (short)_random.Next(versions.Min, versions.Max + 1);
        var flexible = version >= versions.FlexibleFrom;
        var request = (IWireStruct)Activator.CreateInstance(type)!;
        request.Describe(new PlausibleWire(version, flexible, _random, ["t", "t", "g", "x", "consumer", "range", "cleanup.policy", "compact", "new"]));
        return (byte[])typeof(FuzzTests).GetMethod(nameof(Written), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, [version, request])!;
    }

    private byte[] Mutated(byte[] frame)
    {
        // Behind the length, the kind and the version: with those it would be another request, or none.
        const int Fixed = 8;
        var bytes = frame[4..].ToList();
        for (var changes = _random.Next(1, 6); changes > 0 && bytes.Count > Fixed; changes--)
        {
            var at = _random.Next(Fixed, bytes.Count);
            switch (_random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << _random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)(_random.Next(2) * 0xFF);
                    break;
                case 2:
                    (bytes[at], bytes[^1]) = (bytes[^1], bytes[at]);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, _random.Next(bytes.Count - at)));
                    break;
                default:
                    bytes.RemoveRange(at, _random.Next(Math.Min(8, bytes.Count - at)));
                    break;
            }
        }

        return RawClient.Framed([.. bytes]);
    }

    private async Task<int> Send(byte[] bytes, EmbeddedBroker? broker = null)
    {
        try
        {
            using var client = await RawClient.ConnectAsync(broker ?? _broker);
            await client.SendAsync(bytes);
            return await client.EndAsync();
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The connection was not closed after {Convert.ToHexString(bytes)}.");
        }
    }

    private async Task IsWell()
    {
        using var producer = _broker.Producer(idempotent: true);
        var delivered = await producer.ProduceAsync("safe", new Message<byte[]?, byte[]?> { Value = [1] }).WaitAsync(Clients.Patience);
        using var consumer = _broker.Consumer("well");
        consumer.Assign(delivered.TopicPartitionOffset);
        Assert.Equal([1], consumer.Take(1)[0].Message.Value);
        Assert.Empty(_log.Errors);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - _before;
        _output.WriteLine($"{grown:N0} bytes more, {_log.Warnings.Count} warnings");
        Assert.InRange(grown, long.MinValue, AllowedGrowth);
    }

    private sealed class Raw(byte[] bytes) : IWireStruct
    {
        public void Describe(Wire wire)
        {
            foreach (var one in bytes)
            {
                var value = (sbyte)one;
                wire.Int8(ref value);
            }
        }
    }

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class WithoutOthers;
}
