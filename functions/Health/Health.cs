using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Millrace.Core;
using Millrace.Intake;

namespace Millrace.Functions;

/// <summary>What probes ask.</summary>
public sealed class Health(IEnumerable<StageRunner> stages, IntakeService intake)
{
    /// <summary><c>GET /healthz</c>: 200 while the process lives.</summary>
    [Function(nameof(Healthz))]
    public static IResult Healthz([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "healthz")] HttpRequest request) =>
        TypedResults.Json(new { status = "alive" });

    /// <summary><c>GET /readyz</c>: 200 while what stages write and the intake takes becomes durable; 503, with the partitions that wait and why, or why the intake does, while something of it does not.</summary>
    [Function(nameof(Readyz))]
    public IResult Readyz([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "readyz")] HttpRequest request)
    {
        var blocked = stages.SelectMany(stage => stage.Tally.Blocked.Select(partition =>
            new { stage = stage.Stage.Name, topic = partition.Key.Topic, partition = partition.Key.Partition, reason = partition.Value })).ToList();
        return (blocked.Count, intake.Blocked) switch
        {
            (0, null) => TypedResults.Json(new { status = "ready", blocked }),
            (_, null) => TypedResults.Json(new { status = "blocked", blocked }, statusCode: StatusCodes.Status503ServiceUnavailable),
            (_, var reason) => TypedResults.Json(new { status = "blocked", blocked, intake = reason }, statusCode: StatusCodes.Status503ServiceUnavailable),
        };
    }
}
