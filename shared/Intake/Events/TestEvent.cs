using System.Text;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Intake;

/// <summary>The event that shows whether the intake works: made here, and taken as any other.</summary>
internal static class TestEvent
{
    /// <summary>The title of its schema.</summary>
    public const string SchemaTitle = "test/event";

    /// <summary>Makes one.</summary>
    public static byte[] Create(StreamDefinition stream) => Encoding.UTF8.GetBytes(
        $$$"""{"$schema":"/{{{SchemaTitle}}}/1.0.0","meta":{"stream":{{{JsonSerializer.Serialize(stream.Name)}}},"domain":"canary"},"test":"readiness"}""");
}
