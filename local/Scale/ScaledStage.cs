using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>One stage of a scaled run: its scaler, and the account of all workers that it has had.</summary>
internal sealed class ScaledStage : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly GroupOffsets _offsets;
    private readonly LagReader _lag;
    private readonly Lock _gate = new();
    private readonly List<WorkerReplica> _workers = [];

    public ScaledStage(StageDefinition stage, StageCatalog catalog, ScaleRequest request, KafkaOptions kafka, IReadOnlyList<string> settings, Action<string> say)
    {
        Name = stage.Name;
        _offsets = new GroupOffsets(kafka, stage.Name, stage.InputTopics.Append(stage.ReplayTopic), (topic, partitions) => RestingLag.Of(catalog, stage, topic, partitions));
        _lag = new LagReader(kafka, stage.Name, stage.InputTopics, stage.ReplayTopic);
        Rules = request.RulesOf(stage, _offsets.Read());
        Scaler = new StageScaler(Rules.Faster(request.Speed), _offsets, number => Start(number, settings, say), Grace, TimeProvider.System);
    }

    /// <summary>The stage's name.</summary>
    public string Name { get; }

    /// <summary>How it is scaled, before time is compressed.</summary>
    public ScaleRules Rules { get; }

    /// <summary>Who scales it.</summary>
    public StageScaler Scaler { get; }

    /// <summary>What all its workers have done.</summary>
    public WorkerReport Total
    {
        get
        {
            lock (_gate)
            {
                var reports = _workers.ConvertAll(worker => worker.Report);
                return new WorkerReport(
                    reports.Exists(report => report.HasPartitions), reports.Sum(report => report.In), reports.Sum(report => report.Emitted),
                    reports.Sum(report => report.Filtered), reports.Sum(report => report.Failed), reports.TrueForAll(report => report.IsLast));
            }
        }
    }

    /// <summary>How many workers have started so far that they have partitions.</summary>
    public int Ready
    {
        get
        {
            lock (_gate)
            {
                return _workers.Count(worker => worker.Report.HasPartitions && !worker.Ended.IsCompleted);
            }
        }
    }

    /// <summary>Events that are truly behind: markers of transactions, which the scaler counts, are none.</summary>
    public long ReadLag() => _lag.Read().Values.Sum();

    public async ValueTask DisposeAsync()
    {
        await Scaler.DisposeAsync();
        _offsets.Dispose();
        _lag.Dispose();
    }

    private WorkerReplica Start(int number, IReadOnlyList<string> settings, Action<string> say)
    {
        var worker = WorkerReplica.Start(Name, settings, line => say($"{Name}/{number}: {line}"));
        lock (_gate)
        {
            _workers.Add(worker);
        }

        return worker;
    }
}
