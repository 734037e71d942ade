using System.Net.Http.Json;
using Microsoft.Extensions.Configuration;

namespace Millrace.FunctionsHost.App;

/// <summary>Tells the suite of calls, over HTTP: it may be in another process. Its answer says how the function behaves.</summary>
public sealed class Reporter(IConfiguration settings) : IDisposable
{
    private readonly HttpClient _suite = new() { BaseAddress = new Uri(settings["Compliance:Address"]!), Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Returns when the suite lets the function end; throws what it says; is cancelled with the call.</summary>
    public async Task CallAsync(CallReport report, CancellationToken cancellation)
    {
        using var answer = await _suite.PostAsJsonAsync("calls", report, cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync(CancellationToken.None));
        }
    }

    /// <summary>Leaves a line; a suite that has gone does not mind.</summary>
    public async ValueTask NoteAsync(string note)
    {
        try
        {
            using var answer = await _suite.PostAsJsonAsync("notes", note);
        }
        catch (HttpRequestException)
        {
            // The test is over.
        }
    }

    public void Dispose() => _suite.Dispose();
}
