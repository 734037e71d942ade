using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>One stage: where it stands in each partition, what it is set to, how long its events take, how it would be scaled.</summary>
/// <param name="platform">The stages.</param>
/// <param name="watch">Who looks at the cluster.</param>
/// <param name="latencies">Who knows latencies; null is nobody.</param>
/// <param name="metrics">Who knows lookups; null is nobody.</param>
internal sealed class StageApi(Platform platform, ClusterWatch watch, ILatencySource? latencies, MetricPages? metrics)
{
    private const string NoLatencies = "Nobody tells: latencies are shown by a millrace dev, or where --metrics names the pages of the processes that run stages.";

    /// <summary><c>GET api/stages/NAME</c>.</summary>
    public async Task GetAsync(HttpContext http)
    {
        var name = (string)http.GetRouteValue("name")!;
        if (!platform.Catalog.TryGet(name, out var stage))
        {
            throw ConsoleRefusal.Missing($"There is no stage '{Excerpt.Of(name)}'; the catalog has {string.Join(", ", platform.Catalog.Stages.Select(known => known.Name))}.");
        }

        var look = await watch.LookAsync(http.RequestAborted);
        var took = latencies is null ? null : await latencies.ReadAsync(name, http.RequestAborted);
        await ConsoleJson.WriteAsync(http, new
        {
            stage.Name,
            stage.Connector,
            Inputs = stage.Inputs.Select(input => input.Name),
            Outputs = stage.Outputs.Select(output => new { Stream = output.Stream.Name, Schema = output.SchemaUri }),
            ErrorStream = stage.ErrorStream.Name,
            Options = StageSettingList.Options(stage, platform.Settings),
            Settings = StageSettingList.Own(stage, platform.Settings),
            Scale = StageSettingList.Scale(stage),
            Datacenters = new { stage.Datacenters.Mode, stage.Datacenters.Active, stage.Datacenters.Compute },
            State = look.Unreachable is null ? "ok" : "unreachable",
            Reason = look.Unreachable,
            look.SeenAt,
            Status = look.Stages.FirstOrDefault(seen => seen.Status.Stage == name) is { } stands ? new StageDetail(stands) : null,
            Latencies = took,
            LatenciesNote = latencies?.Note ?? NoLatencies,
            Lookups = metrics is null ? null : await metrics.LookupsAsync(http.RequestAborted),
        });
    }
}
