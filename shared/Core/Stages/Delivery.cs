using System.Text.Json.Serialization;

namespace Millrace.Core;

/// <summary>What a stage promises about its outputs.</summary>
public enum Delivery
{
    /// <summary>Outputs, error events and the checkpoint become durable together, in a transaction: whoever reads what is committed sees every outcome once.</summary>
    [JsonStringEnumMemberName("exactly-once")]
    ExactlyOnce,

    /// <summary>Outputs are acknowledged before the input counts as done; after a crash some are written again, with the same <c>meta.id</c>.</summary>
    [JsonStringEnumMemberName("at-least-once")]
    AtLeastOnce,
}
