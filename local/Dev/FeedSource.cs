using System.Runtime.CompilerServices;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Where the events of a run come from.</summary>
internal static class FeedSource
{
    /// <summary>The lines of files, one file after another.</summary>
    public static async IAsyncEnumerable<FeedEvent> FromFiles(IEnumerable<string> files, StageCatalog catalog, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var router = Router(catalog);
        foreach (var file in files)
        {
            await foreach (var (stream, line) in router.RouteAsync(new NdjsonFile(file), cancellation))
            {
                yield return new FeedEvent(stream, line.Bytes);
            }
        }
    }

    /// <summary>The events of a server-sent-events stream. Those that name no stream that a stage reads are passed over: a public stream carries many.</summary>
    public static async IAsyncEnumerable<FeedEvent> FromServerSentEvents(Uri address, StageCatalog catalog, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var router = Router(catalog);
        using var client = new ServerSentEvents(new ServerSentEventsOptions(), TimeProvider.System);
        await foreach (var received in client.ReadAsync(address, cancellationToken: cancellation))
        {
            if (router.StreamOf(received.Data) is { } stream)
            {
                yield return new FeedEvent(stream, received.Data);
            }
        }
    }

    /// <summary>Events of the project's own, at a steady rate.</summary>
    public static async IAsyncEnumerable<FeedEvent> FromSample(double rate, int count, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1 / Math.Min(rate, 50)), TimeProvider.System);
        var sample = new SampleEvents(seed: 1);
        var (sent, due) = (0, 0.0);
        while (sent < count && await timer.WaitForNextTickAsync(cancellation))
        {
            for (due += Math.Max(1, rate / 50); due >= 1 && sent < count; due--, sent++)
            {
                yield return sample.Next(TimeProvider.System.GetUtcNow());
            }
        }
    }

    // An event that names an output of a stage would pass for one: only what comes from outside is fed.
    private static FeedRouter Router(StageCatalog catalog) => new(catalog.Stages.SelectMany(stage => stage.Inputs).Select(input => input.Name).Distinct());
}
