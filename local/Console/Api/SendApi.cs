using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Millrace.Intake;

namespace Millrace.Local;

/// <summary>Checks an event, and sends it: as the intake would, by its own code.</summary>
internal sealed partial class SendApi(Platform platform, IntakeService intake, ConsoleGate gate, ILogger logger)
{
    /// <summary>How large an event may be, in bytes.</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    /// <summary><c>POST api/streams/NAME/validate</c>: whether the event would be taken.</summary>
    public async Task ValidateAsync(HttpContext http)
    {
        var stream = StreamApi.Find(platform, http);
        await ConsoleJson.WriteAsync(http, Json(intake.Check(await ConsoleBody.ReadAsync(http, MostBytes), stream.Name)));
    }

    /// <summary><c>POST api/streams/NAME/events</c>: sends it.</summary>
    public async Task SendAsync(HttpContext http)
    {
        var stream = StreamApi.Find(platform, http);
        var verdict = await intake.TakeAsync(await ConsoleBody.ReadAsync(http, MostBytes), stream.Name, http.RequestAborted);
        if (verdict.Refusal is { } refusal)
        {
            throw new ConsoleRefusal(
                verdict.IsValid ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status422UnprocessableEntity,
                verdict.IsValid ? "The event is not stored" : "The event is not valid",
                refusal);
        }

        Sent(logger, gate.NameOf(http), verdict.Id, verdict.Topic!);
        await ConsoleJson.WriteAsync(http, new { Sent = new { verdict.Topic, verdict.Id } });
    }

    /// <summary>What a page is told of an event that was looked at.</summary>
    public static object Json(IntakeVerdict verdict) => new
    {
        Valid = verdict.Refusal is null,
        Problems = verdict.Faults.Count > 0 ? verdict.Faults.Select(fault => new { fault.Path, Message = fault.Sentence })
            : verdict.Refusal is { } refusal ? [new { Path = (string)null!, Message = refusal }] : [],
    };

    [LoggerMessage(1, LogLevel.Information, "{Who} sent the event {Id} to {Topic}")]
    private static partial void Sent(ILogger logger, string who, string? id, string topic);
}
