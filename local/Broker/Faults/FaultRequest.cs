namespace Millrace.Broker.Faults;

/// <summary>The text form of a fault, as the control endpoint and the command line take it.</summary>
/// <remarks>
/// A JSON object. <c>fault</c> is <c>Fail</c> (with <c>request</c> and <c>error</c>), <c>Delay</c> (with
/// <c>milliseconds</c>, perhaps <c>request</c>), <c>Drop</c> (with <c>request</c>, perhaps <c>point</c>) or
/// <c>LoseCoordinator</c>; each perhaps with <c>times</c> (1 if it is left out; of a delay, without end) and
/// <c>clientId</c>. Names are those of the enumerations, in any case.
/// </remarks>
internal static class FaultRequest
{
    /// <exception cref="FormatException">It is no such object; the text names the field, its value and what is allowed.</exception>
    public static FaultState Parse(ReadOnlySpan<byte> json)
    {
        var fields = JsonFields.Parse(json);
        var kind = fields.Required<FaultKind>("fault");
        var fault = new FaultState { Kind = kind, ClientId = fields.Text("clientId"), Remaining = fields.Number("times", 1, int.MaxValue) ?? (kind is FaultKind.Delay ? null : 1) };
        fault = kind switch
        {
            FaultKind.Fail => fault with { Request = fields.Required<ApiKey>("request"), Error = fields.Required<KafkaError>("error", except: KafkaError.None) },
            FaultKind.Delay => fault with
            {
                Request = fields.Optional<ApiKey>("request"),
                Delay = TimeSpan.FromMilliseconds(fields.Number("milliseconds", 0, (int)FaultState.MaxDelay.TotalMilliseconds) ?? throw JsonFields.Missing("milliseconds")),
            },
            FaultKind.Drop => fault with { Request = fields.Required<ApiKey>("request"), Point = fields.Optional<DropPoint>("point") ?? DropPoint.BeforeApplying },
            _ => fault,
        };
        fields.End($"a fault of the kind {kind}");
        return fault;
    }
}
