using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Millrace.Broker;

/// <summary>A Kafka broker inside this process, for development and tests: one node on a free port of the loopback interface.</summary>
/// <remarks>
/// <para>Other processes may connect, too. Records live in memory and are gone after <see cref="Dispose"/>.</para>
/// <para>What it does not do: it has no transactions (aborted records are visible, offsets sent in a transaction are not
/// stored, nobody is fenced), no deduplication for idempotent producers, no search by timestamp and hardly any administration.</para>
/// <para>What it keeps, measured on librdkafka 2.16.0: each partition holds 5 MiB, or 100,000 batches. Beyond that, the oldest
/// batches of a producer go, silently. A record of 20 MB is acknowledged, and the only record of a partition is kept whatever its
/// size (6 MB), but a large record that does not fit in beside the one before it (3 MB after 3 MB) is lost although it was
/// acknowledged, and the record after that, too. A consumer whose committed offset was evicted resumes at the earliest record that
/// is left if its <c>auto.offset.reset</c> is earliest, after half a second and without an error.</para>
/// <para>Topics: producing to an unknown topic creates it with four partitions; consuming it is an error until somebody has created
/// it. Any name is accepted. Subscriptions by regular expression (<c>^a|b$</c>) work. An empty fetch is always held for the
/// consumer's whole <c>fetch.wait.max.ms</c>, even when records arrive meanwhile: consumers set it to 10 ms or so.</para>
/// <para>Groups: the first member is assigned at once, but after a member has left, even the last one and in good order, the next
/// assignment takes the session timeout less a second (5 s of 6 s). Where a restart should be quick, the consumer's
/// <c>session.timeout.ms</c> is short, and its <c>heartbeat.interval.ms</c> a third of that.</para>
/// </remarks>
public sealed class EmbeddedBroker : IDisposable
{
    private const int Node = 1;
    private readonly Lock _gate = new();
    private readonly nint _handle;
    private readonly nint _cluster;
    private bool _disposed;

    private EmbeddedBroker(EmbeddedBrokerOptions options)
    {
        _handle = NativeCluster.CreateHandle();
        _cluster = NativeCluster.NewCluster(_handle, Node);
        if (_cluster == 0)
        {
            NativeCluster.DestroyHandle(_handle);
            throw new InvalidOperationException("The embedded broker cannot listen on the loopback interface.");
        }

        NativeCluster.SetInitialRebalanceDelay(_cluster, (int)options.GroupFormationDelay.TotalMilliseconds);
        BootstrapServers = Marshal.PtrToStringUTF8(NativeCluster.Bootstraps(_cluster))!;
    }

    /// <summary>Where clients connect, as <c>host:port</c>.</summary>
    public string BootstrapServers { get; }

    /// <summary>Starts a broker without topics; the caller disposes it.</summary>
    /// <exception cref="ValidationException">An option is out of its range.</exception>
    public static EmbeddedBroker Start(EmbeddedBrokerOptions? options = null)
    {
        options ??= new EmbeddedBrokerOptions();
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        return new EmbeddedBroker(options);
    }

    /// <summary>Creates an empty topic.</summary>
    /// <exception cref="KafkaException">The topic exists already.</exception>
    public void CreateTopic(string name, int partitions = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        Run(() => NativeCluster.Check(NativeCluster.CreateTopic(_cluster, name, partitions, replicationFactor: 1), $"Create topic '{name}'"));
    }

    /// <summary>Drops all connections and refuses new ones until <see cref="SetUp"/>; what is stored stays.</summary>
    public void SetDown() => Run(() => NativeCluster.Check(NativeCluster.SetDown(_cluster, Node), "Set the broker down"));

    /// <summary>Accepts connections again after <see cref="SetDown"/>.</summary>
    public void SetUp() => Run(() => NativeCluster.Check(NativeCluster.SetUp(_cluster, Node), "Set the broker up"));

    /// <summary>Delays every answer by that long; zero ends it.</summary>
    public void SetRoundTripTime(TimeSpan roundTrip)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(roundTrip, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(roundTrip, TimeSpan.FromMinutes(1));
        Run(() => NativeCluster.Check(NativeCluster.SetRoundTripTime(_cluster, Node, (int)roundTrip.TotalMilliseconds), "Set the round-trip time"));
    }

    /// <summary>Answers the next requests of that kind with these errors, one each, in this order.</summary>
    /// <remarks><see cref="ErrorCode.NoError"/> lets a request pass; <see cref="ErrorCode.Local_Transport"/> drops the connection instead of answering.</remarks>
    public void PushErrors(BrokerRequest request, params ErrorCode[] errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var codes = Array.ConvertAll(errors, error => (int)error);
        Run(() => NativeCluster.PushErrors(_cluster, (short)request, (nuint)codes.Length, codes));
    }

    /// <summary>Stops the broker and forgets everything that it stored.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            NativeCluster.DestroyCluster(_cluster);
            NativeCluster.DestroyHandle(_handle);
        }
    }

    // The native calls take a cluster that must not be freed under them.
    private void Run(Action call)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            call();
        }
    }
}
