using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Millrace.FunctionsHost.App;

namespace Millrace.FunctionsHost.Tests;

/// <summary>What the functions of the watched app report their calls to, over HTTP, and what makes them behave as a test wants.</summary>
/// <remarks>A function waits for the answer, so whatever a test does in <c>behaviour</c> is what the function does: it lasts as long, and throws what that throws.</remarks>
public sealed class Observer : IAsyncDisposable
{
    private readonly Channel<ObservedCall> _calls = Channel.CreateUnbounded<ObservedCall>();
    private readonly Channel<string> _notes = Channel.CreateUnbounded<string>();
    private readonly Func<ObservedCall, Task>? _behaviour;
    private readonly WebApplication _app;
    private int _count;

    private Observer(Func<ObservedCall, Task>? behaviour)
    {
        _behaviour = behaviour;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        _app = builder.Build();
        _app.UseRouting();
        _app.MapPost("/calls", (RequestDelegate)AnswerAsync);
        _app.MapPost("/notes", (RequestDelegate)(async http => _notes.Writer.TryWrite((await http.Request.ReadFromJsonAsync<string>())!)));
    }

    public Uri Address => new(_app.Urls.First());

    /// <summary>How many calls there have been.</summary>
    public int Count => Volatile.Read(ref _count);

    public static async Task<Observer> StartAsync(Func<ObservedCall, Task>? behaviour = null)
    {
        var observer = new Observer(behaviour);
        await observer._app.StartAsync();
        return observer;
    }

    /// <summary>The next call that was not taken yet.</summary>
    public async Task<ObservedCall> NextAsync()
    {
        using var patience = new CancellationTokenSource(Calls.Patience);
        return await _calls.Reader.ReadAsync(patience.Token);
    }

    /// <summary>The next line that was left.</summary>
    public async Task<string> NoteAsync()
    {
        using var patience = new CancellationTokenSource(Calls.Patience);
        return await _notes.Reader.ReadAsync(patience.Token);
    }

    /// <summary>As many further calls as it takes for that many records.</summary>
    public async Task<List<ObservedCall>> TakeAsync(int records)
    {
        var taken = new List<ObservedCall>();
        while (taken.Sum(call => call.Records.Length) < records)
        {
            taken.Add(await NextAsync());
        }

        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        // What still waits for an answer is not waited for.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var report = (await http.Request.ReadFromJsonAsync<CallReport>())!;
        var call = new ObservedCall(Interlocked.Increment(ref _count), report, http.RequestAborted);
        _calls.Writer.TryWrite(call);
        try
        {
            await (_behaviour?.Invoke(call) ?? Task.CompletedTask);
        }
        catch (Exception error) when (!http.RequestAborted.IsCancellationRequested)
        {
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await http.Response.WriteAsync(error.Message);
        }
        catch (OperationCanceledException)
        {
            // The function went away.
        }
    }
}
