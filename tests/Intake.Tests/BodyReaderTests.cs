using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;

namespace Millrace.Intake.Tests;

/// <summary>How long a body is waited for, by a clock of the test's own.</summary>
public sealed class BodyReaderTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Pipe _pipe = new();
    private readonly MemoryBudget _budget = new(1_000_000);

    [Fact]
    public async Task A_body_that_trickles_is_cut_when_it_is_behind_its_rate()
    {
        var reading = ReadAsync(new IntakeOptions { MinBodyRate = 100, BodyTimeout = TimeSpan.FromMinutes(1) });
        await _pipe.Writer.WriteAsync(new byte[300]);

        // Five seconds for all bodies, and three for what came of this one.
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.False(reading.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(StatusCodes.Status408RequestTimeout, (await Assert.ThrowsAsync<RequestRefusal>(() => reading)).Status);
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public async Task A_body_that_keeps_its_rate_is_cut_at_the_end_of_its_time()
    {
        var reading = ReadAsync(new IntakeOptions { MinBodyRate = 1, BodyTimeout = TimeSpan.FromSeconds(10) });
        for (var second = 0; second < 10; second++)
        {
            await _pipe.Writer.WriteAsync(new byte[1000]);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(StatusCodes.Status408RequestTimeout, (await Assert.ThrowsAsync<RequestRefusal>(() => reading)).Status);
    }

    [Fact]
    public async Task A_body_that_comes_in_time_is_whole_and_its_memory_is_given_back()
    {
        var reading = ReadAsync(new IntakeOptions());
        var sent = new byte[50_000];
        new Random(7).NextBytes(sent);
        foreach (var part in sent.Chunk(777))
        {
            await _pipe.Writer.WriteAsync(part);
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        await _pipe.Writer.CompleteAsync();
        using (var body = await reading)
        {
            Assert.Equal(sent, body.Bytes.ToArray());
            Assert.InRange(_budget.Used, sent.Length, 4 * sent.Length);
        }

        Assert.Equal(0, _budget.Used);
    }

    private Task<PooledBody> ReadAsync(IntakeOptions options)
    {
        var http = new DefaultHttpContext();
        http.Features.Set<IRequestBodyPipeFeature>(new BodyPipe(_pipe.Reader));
        return new BodyReader(options, _budget, _time).ReadAsync(http.Request, CancellationToken.None).AsTask();
    }

    private sealed record BodyPipe(PipeReader Reader) : IRequestBodyPipeFeature;
}
