using Microsoft.Extensions.Time.Testing;
using Millrace.Testing;

namespace Millrace.Core.Tests;

/// <summary>What a watch of the pipeline sees.</summary>
public sealed class PipelineWatchTests
{
    private readonly List<string> _seen = [];

    [Fact]
    public async Task It_sees_a_record_enter_and_leave_every_step_in_order()
    {
        await ProcessAsync(StageFunc.Echo);

        string[] steps = ["Telemetry", "Retry", "Decode", "CanaryFilter", "AttemptTimeout", "Encode", "Stage"];
        Assert.Equal([.. steps.Select(step => $"enter {step}"), .. steps.Reverse().Select(step => $"leave {step} Emitted")], _seen);
    }

    [Fact]
    public async Task It_sees_where_an_event_became_an_error()
    {
        await ProcessAsync(new StageFunc((_, _) => throw new InvalidOperationException("broken")));

        Assert.Contains("leave Stage Failed", _seen);
    }

    [Fact]
    public async Task It_sees_an_exception_pass()
    {
        using var stopping = new CancellationTokenSource();
        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ProcessAsync(new StageFunc((_, cancellation) => throw new OperationCanceledException(cancellation)), stopping.Token));

        Assert.Contains("leave Stage ", _seen);
        Assert.Equal("leave Telemetry ", _seen[^1]);
    }

    private Task<ProcessedRecord> ProcessAsync(IStage stage, CancellationToken cancellation = default) =>
        new StagePipeline(Some.Stage(), stage, new AnySchema(), new FakeTimeProvider(), watch: new Watch(_seen)).ProcessAsync(Some.Record(0), cancellation).AsTask();

    private sealed class Watch(List<string> seen) : IPipelineWatch
    {
        public void Enter(string step, StageContext context) => seen.Add($"enter {step}");

        public void Leave(string step, StageContext context, Outcome? outcome) => seen.Add($"leave {step} {outcome?.GetType().Name}");
    }
}
