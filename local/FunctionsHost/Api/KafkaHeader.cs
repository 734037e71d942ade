// The real type is compiled without nullable annotations; code that compiles against one must compile against the other.
#nullable disable annotations

using System.Text;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>A header of a record.</summary>
public class KafkaHeader
{
    /// <summary>The header's name, which may repeat.</summary>
    public string Key { get; set; }

    /// <summary>The header's bytes, which may be null.</summary>
    public byte[] Value { get; set; }

    /// <summary>The value decoded as UTF-8; null if it is null.</summary>
    public string GetValueAsString() => Value is null ? null : Encoding.UTF8.GetString(Value);
}
