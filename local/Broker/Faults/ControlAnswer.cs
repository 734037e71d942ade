using System.Buffers;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Millrace.Broker.Faults;

/// <summary>An answer of the control endpoint: JSON.</summary>
internal sealed record ControlAnswer(HttpStatusCode Status, ReadOnlyMemory<byte> Body)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Refuses a request.</summary>
    public static ControlAnswer Error(HttpStatusCode status, string reason) => new(status, JsonSerializer.SerializeToUtf8Bytes(new { error = reason }, Json));

    /// <summary>Shows the state of the broker.</summary>
    public static ControlAnswer State(IBrokerControl broker, FaultPlan plan)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteBoolean("up", broker.IsUp);
            json.WriteStartObject("topics");
            foreach (var (topic, partitions) in broker.Topics)
            {
                json.WriteNumber(topic, partitions);
            }

            json.WriteEndObject();
            json.WritePropertyName("faults");
            JsonSerializer.Serialize(json, plan.Pending.Select(Shown), Json);
            json.WriteEndObject();
        }

        return new(HttpStatusCode.OK, body.WrittenMemory);
    }

    // What can be sent back as it is, with what the kind has.
    private static object Shown(FaultState fault) => new
    {
        fault = fault.Kind,
        request = fault.Request,
        error = fault.Kind is FaultKind.Fail ? fault.Error : (KafkaError?)null,
        milliseconds = fault.Kind is FaultKind.Delay ? (int)fault.Delay.TotalMilliseconds : (int?)null,
        point = fault.Kind is FaultKind.Drop ? fault.Point : (DropPoint?)null,
        clientId = fault.ClientId,
        times = fault.Remaining,
    };
}
