using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Millrace.Core;
using Millrace.FunctionsHost;

namespace Millrace.Functions.Tests;

/// <summary>What probes are answered, over the wire.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task A_host_is_alive_and_ready_unless_a_partition_waits_for_its_sink()
    {
        var sink = new StubbornSink();
        using var app = Program.Build(
            [
                "--KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9", "--FunctionsHost:Port=0", $"--Millrace:Catalog={AppContext.BaseDirectory}", $"--AzureWebJobsScriptRoot={AppContext.BaseDirectory}",
                "--AzureFunctionsJobHost:functions:0=Healthz", "--AzureFunctionsJobHost:functions:1=Readyz",
            ],
            builder =>
            {
                builder.Logging.ClearProviders();
                builder.Services.AddSingleton<ISink>(sink);
            });
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = app.Services.GetRequiredService<FunctionsHostStatus>().HttpAddress };

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("healthz")).StatusCode);
        Assert.Equal("""{"status":"ready","blocked":[]}""", await client.GetStringAsync("readyz"));

        using var stop = new CancellationTokenSource();
        var stage = app.Services.GetServices<StageRunner>().Single(runner => runner.Stage.Name == "PageChange");
        var run = stage.RunAsync([new EventRecord { Position = new StreamPosition("t", 3, 0), Value = "{}"u8.ToArray() }], stop.Token);
        await sink.Refused.WaitAsync(TimeSpan.FromSeconds(60));
        // It is told of right after the refusal, on the thread of the sink.
        while (stage.Tally.Blocked.Count == 0)
        {
            await Task.Yield();
        }

        using var answer = await client.GetAsync("readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("""{"status":"blocked","blocked":[{"stage":"PageChange","topic":"t","partition":3,"reason":"the disk is full"}]}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("healthz")).StatusCode);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await app.StopAsync();
    }

    private sealed class StubbornSink : ISink
    {
        private readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Refused => _refused.Task;

        public ValueTask<IPartitionSession> OpenAsync(StageDefinition stage, StreamPartition partition, CancellationToken cancellation)
        {
            _refused.TrySetResult();
            throw new SinkException("the disk is full") { CanRetry = true };
        }
    }
}
