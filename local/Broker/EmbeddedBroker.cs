using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Millrace.Broker.Faults;
using Millrace.Broker.Groups;
using Millrace.Broker.Server;
using Millrace.Broker.Storage;
using Millrace.Broker.Topics;
using Millrace.Broker.Transactions;

namespace Millrace.Broker;

/// <summary>A Kafka broker inside this process, for development and tests: one node on the loopback interface, which other processes may use, too.</summary>
/// <remarks>
/// <para>It keeps Kafka's promises: what it acknowledged it has, over a <c>kill -9</c> and a restart, where it has a
/// directory; idempotent producers leave no duplicates; transactions are whole or not at all for those who read what is
/// committed, offsets included; whoever was replaced is fenced. In production use Apache Kafka: here is one node, with
/// nobody to replicate to, no authentication and no quotas, which is why it listens on the loopback interface only.</para>
/// <para>Not kept: fetch sessions, topic ids in requests, tiered storage, the consumer protocol of KIP-848, the second
/// version of transactions of KIP-890, ACLs.</para>
/// </remarks>
public sealed class EmbeddedBroker : IBrokerControl, IDisposable, IAsyncDisposable
{
    private const string JournalVolume = "journal";
    private const string ClusterIdKey = "cluster-id";
    private readonly DataDirectory? _directory;
    private readonly Journal _journal;
    private readonly TopicTable _topics;
    private readonly GroupCoordinator _groups;
    private readonly TransactionCoordinator _transactions;
    private readonly Listener _listener;
    private readonly ITimer _maintenance;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly FaultPlan _faults = new();
    private readonly Lock _maintaining = new();
    private int _disposed;

    private EmbeddedBroker(EmbeddedBrokerOptions options)
    {
        (_logger, _time) = (options.Logger, options.Time);
        Faults = new BrokerFaults(_faults);
        var opened = new Stack<IDisposable>();
        try
        {
            _listener = new Listener(options.Port, options.MaxConnections, options.MaxRequestBytes, options.Time, options.Logger);
            if (options.DataDirectory is { } path)
            {
                opened.Push(_directory = DataDirectory.Open(path));
            }

            opened.Push(_journal = _directory is null ? Journal.InMemory() : Journal.Open(_directory.Volume(JournalVolume), options.FlushEvery == TimeSpan.Zero, options.Logger));
            opened.Push(_topics = new TopicTable(_journal, new TopicVolumes(_directory), Defaults(options), options.Time, options.Logger));
            opened.Push(_groups = new GroupCoordinator(
                _journal, options.Time, options.Logger, new GroupOptions { InitialRebalanceDelay = options.GroupFormationDelay, OffsetRetention = options.OffsetRetention }, (topic, partition) => _topics.Log(topic, partition) is not null));
            opened.Push(_transactions = new TransactionCoordinator(_journal, options.Time, options.Logger, new TransactionOptions(), _topics.Log, _groups.Participant));
            _transactions.Recover();
            _listener.Start(new Dispatcher(new ApiTable(Apis(options)), _faults, options.Time, options.Logger));
            _maintenance = options.Time.CreateTimer(_ => Maintain(), null, options.MaintenanceInterval, options.MaintenanceInterval);
        }
        catch
        {
            while (opened.TryPop(out var one))
            {
                one.Dispose();
            }

            _listener?.DownAsync();
            throw;
        }
    }

    /// <summary>Where clients connect, as <c>host:port</c>.</summary>
    public string BootstrapServers => string.Create(CultureInfo.InvariantCulture, $"{NodeAddress.Host}:{_listener.Port}");

    /// <summary>What goes wrong on demand.</summary>
    public BrokerFaults Faults { get; }

    /// <summary>Whether clients can connect.</summary>
    public bool IsUp => _listener.IsUp;

    /// <summary>The topics with the numbers of their partitions, by name.</summary>
    public IReadOnlyDictionary<string, int> Topics => new SortedDictionary<string, int>(_topics.All.ToDictionary(topic => topic.Name, topic => topic.Partitions.Length), StringComparer.Ordinal);

    /// <summary>Starts a broker, with what its directory holds; the caller disposes it.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="StorageException">The directory cannot be used: it is another broker's, not writable, of another version, or damaged.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static EmbeddedBroker Start(EmbeddedBrokerOptions? options = null)
    {
        options ??= new EmbeddedBrokerOptions();
        options.Check();
        return new EmbeddedBroker(options);
    }

    /// <summary>Deletes what a broker has kept in a directory; without one, nothing happens.</summary>
    /// <exception cref="StorageException">The directory is another broker's at the moment, or holds something else than a broker's data, of which nothing is deleted.</exception>
    public static void DeleteData(string directory) => DataDirectory.Delete(directory, JournalVolume, TopicVolumes.Root);

    /// <summary>Creates an empty topic.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="partitions">How many partitions it has.</param>
    /// <param name="settings">Its own settings, by the names that Kafka gives them; null is none.</param>
    /// <exception cref="ArgumentException">It exists already, or the name, the number or a setting is not allowed.</exception>
    public void CreateTopic(string name, int partitions = 1, IReadOnlyDictionary<string, string>? settings = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        var (error, message) = _topics.Create(name, partitions, settings ?? new Dictionary<string, string>());
        if (error != KafkaError.None)
        {
            throw new ArgumentException(message);
        }
    }

    /// <summary>Drops all connections and refuses new ones until <see cref="Up"/>; everything else goes on.</summary>
    public Task DownAsync() => _listener.DownAsync();

    /// <summary>Takes connections again after <see cref="DownAsync"/>, on the same port.</summary>
    /// <exception cref="IOException">Somebody else has taken the port meanwhile.</exception>
    /// <exception cref="ObjectDisposedException">The broker was disposed.</exception>
    public void Up() => _listener.Up();

    /// <summary>Fences the producer of a transactional id, as a new one would, and aborts its transaction.</summary>
    /// <returns>False if no producer has that id.</returns>
    public bool FenceProducer(string transactionalId) => _transactions.Fence(transactionalId);

    /// <summary>Opens an endpoint where faults can be ordered and the state be seen over HTTP, on the loopback interface, until the result is disposed.</summary>
    /// <param name="port">Its port; 0 takes a free one.</param>
    /// <param name="address">Where it is.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public IAsyncDisposable OpenControl(int port, out Uri address)
    {
        try
        {
            var control = ControlEndpoint.Start(port, this, _faults, _time, _logger);
            address = control.Address;
            return control;
        }
        catch (HttpListenerException exception)
        {
            throw new IOException($"The control endpoint cannot listen on 127.0.0.1:{port}: {exception.Message} Stop what listens there, or give another port.", exception);
        }
    }

    /// <summary>Stops the broker; what it keeps in memory is gone, what is in its directory is there for the next one.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // Whoever blocks for it may be all that could go on with it otherwise.
        await _listener.DisposeAsync().ConfigureAwait(false);
        await _maintenance.DisposeAsync().ConfigureAwait(false);
        lock (_maintaining)
        {
            _transactions.Dispose();
            _groups.Dispose();
            _topics.Dispose();
            _journal.Dispose();
            _directory?.Dispose();
        }
    }

    /// <summary>The same as <see cref="DisposeAsync"/>, for those who cannot await it.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    IReadOnlyList<KeyValuePair<string, int>> IBrokerControl.Topics => [.. Topics];

    bool IBrokerControl.Fence(string transactionalId) => FenceProducer(transactionalId);

    private IEnumerable<Api> Apis(EmbeddedBrokerOptions options)
    {
        var node = new NodeAddress(ClusterId(), _listener.Port);
        int? autoCreate = options.DefaultPartitions > 0 ? options.DefaultPartitions : null;
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["auto.create.topics.enable"] = autoCreate is null ? "false" : "true",
            ["group.initial.rebalance.delay.ms"] = options.GroupFormationDelay.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
            ["log.dirs"] = _directory?.Path ?? "",
            ["num.partitions"] = (autoCreate ?? 1).ToString(CultureInfo.InvariantCulture),
            ["offsets.retention.minutes"] = (options.OffsetRetention ?? EmbeddedBrokerOptions.LongestOffsetRetention).TotalMinutes.ToString("0", CultureInfo.InvariantCulture),
            ["socket.request.max.bytes"] = options.MaxRequestBytes.ToString(CultureInfo.InvariantCulture),
        };
        return
        [
            .. new ProduceApi(_topics, _transactions).Apis,
            .. new FetchApi(_topics, options.Time).Apis,
            .. new OffsetsApi(_topics).Apis,
            .. new MetadataApi(node, _topics, autoCreate).Apis,
            .. new TopicsApi(_topics, _groups, autoCreate ?? 1).Apis,
            .. new ConfigsApi(_topics, settings).Apis,
            .. new GroupsApi(_groups, _transactions).Apis,
            .. new TransactionsApi(_transactions).Apis,
        ];
    }

    // Captured events are years old by their timestamps: without an order to do so, none is deleted for its age.
    private static LogSettings Defaults(EmbeddedBrokerOptions options) => new() { FlushEvery = options.FlushEvery, RetentionTime = null };

    private string ClusterId()
    {
        if (_journal.Read(ClusterIdKey) is [var (_, stored)])
        {
            return Encoding.UTF8.GetString(stored);
        }

        var created = Guid.NewGuid().ToString("N")[..22];
        _journal.Write(KeyValuePair.Create(ClusterIdKey, (byte[]?)Encoding.UTF8.GetBytes(created)));
        return created;
    }

    private void Maintain()
    {
        // One at a time: a round that takes longer than the interval makes the next one needless.
        if (!_maintaining.TryEnter())
        {
            return;
        }

        try
        {
            if (Volatile.Read(ref _disposed) != 0)
            {
                return;
            }

            foreach (var topic in _topics.All)
            {
                foreach (var log in topic.Partitions)
                {
                    log.Maintain();
                }
            }

            if (_topics.Defaults.FlushEvery is not null)
            {
                _journal.Flush();
            }

            _groups.Maintain();
            _transactions.Maintain();
        }
        catch (Exception exception)
        {
            // A disk that fails: the next round tries again, and whoever appends is told.
            BrokerLog.MaintenanceFailed(_logger, exception);
        }
        finally
        {
            _maintaining.Exit();
        }
    }
}
