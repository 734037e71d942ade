using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Millrace.Local;

namespace Millrace.Console.Tests;

public sealed class ScanTurnsTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly ScanTurns _turns;

    public ScanTurnsTests() => _turns = new ScanTurns(_clock) { Patience = TimeSpan.Zero };

    public void Dispose() => _turns.Dispose();

    [Fact]
    public async Task Who_comes_when_enough_read_is_told_to_come_again_and_has_a_turn_when_one_has_ended()
    {
        var end = new TaskCompletionSource<int>();
        var reading = Enumerable.Range(0, ScanTurns.Most).Select(_ => RunAsync(_ => end.Task)).ToList();

        var refusal = await Assert.ThrowsAsync<ConsoleRefusal>(() => RunAsync(_ => Task.FromResult(1)));
        end.SetResult(7);
        await Task.WhenAll(reading);

        Assert.Equal(503, refusal.Status);
        Assert.Equal(1, await RunAsync(_ => Task.FromResult(1)));
    }

    [Fact]
    public async Task What_takes_too_long_is_given_up_and_gives_its_turn_back()
    {
        for (var number = 0; number <= ScanTurns.Most; number++)
        {
            var reading = RunAsync(async cancellation =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
                return 0;
            });
            _clock.Advance(ScanTurns.Longest);

            Assert.Equal(504, (await Assert.ThrowsAsync<ConsoleRefusal>(() => reading)).Status);
        }
    }

    private Task<int> RunAsync(Func<CancellationToken, Task<int>> read) => _turns.RunAsync(new DefaultHttpContext(), read);
}
