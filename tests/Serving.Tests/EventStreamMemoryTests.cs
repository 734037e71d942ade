using System.Diagnostics;
using System.Net.Sockets;

namespace Millrace.Serving.Tests;

/// <summary>Measures the process, and so runs alone.</summary>
[CollectionDefinition(nameof(EventStreamMemoryTests), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(EventStreamMemoryTests))]
public sealed class EventStreamMemoryTests
{
    private const int Clients = 4, Records = 2_400, MegabytesWaiting = Clients * Records * 32 / 1024;

    [Fact]
    public async Task What_clients_do_not_take_does_not_fill_memory()
    {
        await using var app = await ServingApp.StartAsync("--EventStreams:StallTime=00:04:00");
        for (var batch = 0; batch < Records; batch += 100)
        {
            await app.ProduceAsync(Enumerable.Range(batch, 100).Select(SilentClient.LargeEvent));
        }

        var before = Megabytes();
        var silent = new List<Socket>();
        for (var client = 0; client < Clients; client++)
        {
            silent.Add(await SilentClient.ConnectAsync(app.At("?since=0")));
        }

        await ServingApp.UntilAsync(() => silent.TrueForAll(client => client.Available > 0));
        var most = 0L;
        for (var look = 0; look < 20; look++)
        {
            most = Math.Max(most, Megabytes() - before);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        Console.WriteLine($"{Clients} silent clients, for whom {MegabytesWaiting} MB wait: {most} MB more in memory.");
        silent.ForEach(client => client.Dispose());
        Assert.True(most < MegabytesWaiting / 4, $"Memory has grown by {most} MB, and {MegabytesWaiting} MB wait.");
        await ServingApp.UntilAsync(() => app.Server.Connections == 0);
    }

    private static long Megabytes()
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / (1024 * 1024);
    }
}
