using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>A stage in one datacenter of <c>millrace dev --datacenters</c>: a functions host of its own, which can be stopped and started.</summary>
/// <param name="definition">The stage.</param>
/// <param name="topics">The topics that it reads there.</param>
/// <param name="kafka">The datacenter's cluster.</param>
/// <param name="build">Builds its host.</param>
/// <param name="changed">Told when it was paused or resumed.</param>
internal sealed class DevStage(StageDefinition definition, IReadOnlyList<string> topics, KafkaOptions kafka, Func<IHost> build, Action changed) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly LagReader _lag = new(kafka, definition.Name, topics, definition.ReplayTopic);
    private IHost? _host;
    private StageTally? _tally;
    private (long In, long Emitted, long Filtered, long Failed) _before;
    private Task _ending = Task.CompletedTask;

    /// <summary>The stage.</summary>
    public StageDefinition Definition => definition;

    /// <summary>Whether it may run.</summary>
    public bool IsPaused { get; private set; } = true;

    /// <summary>As a fail-over sees it.</summary>
    public StageState State => new(IsPaused, _host is null ? 0 : 1);

    /// <summary>What it has done since the command was started, over all its hosts.</summary>
    public (long In, long Emitted, long Filtered, long Failed) Account => _tally is not { } tally ? _before
        : (_before.In + tally.In, _before.Emitted + tally.Emitted, _before.Filtered + tally.Filtered, _before.Failed + tally.Failed);

    /// <summary>How far it is behind; null where the cluster does not say.</summary>
    public long? Lag
    {
        get
        {
            try
            {
                return _lag.Read().Values.Sum();
            }
            catch (KafkaException)
            {
                return null;
            }
        }
    }

    /// <summary>Tells it to end; returns before it has.</summary>
    public void Pause()
    {
        if (!IsPaused)
        {
            IsPaused = true;
            changed();
            _ending = Task.Run(EndAsync);
        }
    }

    /// <summary>Starts it, once a host before has ended.</summary>
    public async Task ResumeAsync(CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            if (_host is null)
            {
                _host = build();
                await _host.StartAsync(cancellation);
                _tally = _host.Services.GetServices<StageRunner>().Single(runner => runner.Stage.Name == definition.Name).Tally;
            }

            if (IsPaused)
            {
                IsPaused = false;
                changed();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending;
        await EndAsync();
        _lag.Dispose();
        _gate.Dispose();
    }

    private async Task EndAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_host is { } host)
            {
                await host.StopAsync();
                (_before, _tally) = (Account, null);
                host.Dispose();
                _host = null;
            }
        }
        finally
        {
            _gate.Release();
        }
    }
}
