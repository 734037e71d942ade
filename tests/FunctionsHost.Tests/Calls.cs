using System.Threading.Channels;
using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost.Tests;

/// <summary>What the test functions report their calls to, and what makes them behave as a test wants.</summary>
public sealed class Calls(Func<Call, Task>? behaviour = null)
{
    /// <summary>The longest that any test waits for something that must happen; no test asserts on it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();
    private int _count;

    /// <summary>How many calls there have been.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Reports a call, then behaves.</summary>
    public Task CallAsync(KafkaRecord[] records, FunctionContext context, CancellationToken cancellation)
    {
        var call = new Call(Interlocked.Increment(ref _count), records, context, cancellation);
        _calls.Writer.TryWrite(call);
        return behaviour?.Invoke(call) ?? Task.CompletedTask;
    }

    /// <summary>The next call that was not taken yet.</summary>
    public async Task<Call> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _calls.Reader.ReadAsync(patience.Token);
    }

    /// <summary>As many further calls as it takes for that many records.</summary>
    public async Task<List<Call>> TakeAsync(int records)
    {
        var taken = new List<Call>();
        while (taken.Sum(call => call.Records.Length) < records)
        {
            taken.Add(await NextAsync());
        }

        return taken;
    }
}
