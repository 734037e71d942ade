namespace Millrace.Resilience.Worker;

/// <summary>Passes a point while a request waits for its answer.</summary>
internal sealed class InstrumentedTransport(InstrumentedPoints points) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = base.SendAsync(request, cancellationToken);
        points.Pass(Point.Lookup);
        return answer;
    }
}
