using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>A small server on 127.0.0.1 that stands in for the model of <c>functions/PagePrediction/model.openapi.json</c>: what it says of a page depends on its title alone.</summary>
public sealed class ModelApi : IAsyncDisposable
{
    /// <summary>The document that it keeps to.</summary>
    public const string Document = "PagePrediction/model.openapi.json";

    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping = new();

    private ModelApi(WebApplication app) => _app = app;

    /// <summary>Where it listens, such as <c>http://127.0.0.1:40123/</c>.</summary>
    public Uri BaseAddress { get; private set; } = null!;

    /// <summary>Whether a stage asks the model.</summary>
    public static bool IsAskedBy(StageDefinition stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        return stage.Lookup?.Document == Document;
    }

    /// <summary>Starts it; it answers once the task is done.</summary>
    /// <param name="latency">How long every answer takes.</param>
    /// <param name="time">The clock of the latency.</param>
    /// <param name="cancellation">Gives up starting.</param>
    public static async Task<ModelApi> StartAsync(TimeSpan latency, TimeProvider time, CancellationToken cancellation = default)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRouting();
        var api = new ModelApi(builder.Build());
        api._app.UseRouting();
        api._app.MapGet("/v1/models/{model}/wikis/{wiki_id}/revisions/{rev_id:long}", context => api.AnswerAsync(context, latency, time));
        await api._app.StartAsync(cancellation);
        api.BaseAddress = new Uri(api._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return api;
    }

    /// <summary>The settings by which the stages that ask the model ask this one.</summary>
    public IEnumerable<string> Settings(StageCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return catalog.Stages.Where(IsAskedBy).SelectMany(stage => (string[])
        [
            $"--Stages:{stage.Name}:Settings:Server={BaseAddress}",
            $"--Stages:{stage.Name}:Settings:Lookup:AllowedHosts:0={BaseAddress.Host}",
        ]);
    }

    /// <summary>Stops it; requests that wait are cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.StopAsync(_stopping.Token);
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task AnswerAsync(HttpContext context, TimeSpan latency, TimeProvider time)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        try
        {
            await Task.Delay(latency, time, ends.Token);
            if (Prediction.TryRead(context.Request, out var prediction))
            {
                await prediction.WriteAsync(context.Response, ends.Token);
            }
            else
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
            }
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    private sealed record Prediction(string Model, string Title, double Threshold)
    {
        private const string Version = "1.0.0";

        private static readonly string[] Classes = ["Culture.Biography", "Geography.Regions", "History_and_Society", "STEM.Engineering", "STEM.Biology"];

        public static bool TryRead(HttpRequest request, out Prediction prediction)
        {
            var threshold = 0.5;
            var isRead = request.Query["threshold"].ToString() is not { Length: > 0 } text || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out threshold);
            prediction = new Prediction((string)request.RouteValues["model"]!, request.Query["page_title"].ToString(), threshold);
            return isRead && prediction.Title.Length > 0;
        }

        public Task WriteAsync(HttpResponse response, CancellationToken cancellation)
        {
            var scores = Classes.Select((name, index) => KeyValuePair.Create(name, Math.Round(StableHash.Fraction(StableHash.Of(Title, index, 0)), 3))).ToDictionary();
            return response.WriteAsJsonAsync(
                new { model = new { name = Model, version = Version }, chosen = scores.Where(score => score.Value >= Threshold).Select(score => score.Key), scores }, cancellation);
        }
    }
}
