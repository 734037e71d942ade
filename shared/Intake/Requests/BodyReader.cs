using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Millrace.Intake;

/// <summary>Reads bodies: not more, not slower and not for longer than the settings say.</summary>
internal sealed class BodyReader(IntakeOptions options, MemoryBudget budget, TimeProvider time)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly BodyInflation _inflation = new(options);

    /// <summary>The body, inflated; the caller disposes of it.</summary>
    /// <exception cref="RequestRefusal">It is too large, too slow, or cannot be inflated, or there is no memory for it.</exception>
    public async ValueTask<PooledBody> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        var encoding = request.Headers.ContentEncoding.ToString().Trim();
        BodyInflation.Require(encoding);
        var body = new PooledBody(budget);
        try
        {
            await FillAsync(body, request, cancellation).ConfigureAwait(false);
            return _inflation.Inflate(encoding, body, budget);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private async ValueTask FillAsync(PooledBody body, HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > options.MaxBodyBytes)
        {
            throw TooLarge();
        }

        // The server's own bound would come first where it is lower.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bound)
        {
            bound.MaxRequestBodySize = null;
        }

        var expected = (int)(request.ContentLength ?? 0);
        var started = time.GetTimestamp();
        var reader = request.BodyReader;
        while (true)
        {
            var read = await NextAsync(reader, body.Length, started, cancellation).ConfigureAwait(false);
            if (body.Length + read.Buffer.Length > options.MaxBodyBytes)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw TooLarge();
            }

            foreach (var segment in read.Buffer)
            {
                body.Add(segment.Span, expected);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private async ValueTask<ReadResult> NextAsync(PipeReader reader, int length, long started, CancellationToken cancellation)
    {
        try
        {
            var next = reader.ReadAsync(cancellation);
            if (next.IsCompletedSuccessfully)
            {
                return await next.ConfigureAwait(false);
            }

            var pending = next.AsTask();
            var allowed = Grace + TimeSpan.FromSeconds((double)length / options.MinBodyRate);
            var left = (allowed < options.BodyTimeout ? allowed : options.BodyTimeout) - time.GetElapsedTime(started);
            try
            {
                return await pending.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellation).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // The reader is the request's again only when it is not read any more.
                reader.CancelPendingRead();
                var last = await pending.ConfigureAwait(false);
                reader.AdvanceTo(last.Buffer.End);
                throw new RequestRefusal(StatusCodes.Status408RequestTimeout, $"The body came too slowly: allowed are {options.BodyTimeout}, and no less than {options.MinBodyRate} bytes a second.");
            }
        }
        catch (BadHttpRequestException broken)
        {
            throw new RequestRefusal(broken.StatusCode, "The body could not be read.");
        }
    }

    private RequestRefusal TooLarge() => new(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {options.MaxBodyBytes} bytes.");
}
