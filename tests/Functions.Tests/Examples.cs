using System.Text.Json;
using Millrace.Core;

namespace Millrace.Functions.Tests;

/// <summary>Events as the schemas show them.</summary>
internal static class Examples
{
    /// <summary>The first example of the newest schema of a stream, as an event of that stream.</summary>
    public static string Of(StreamDefinition stream)
    {
        var newest = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "jsonschema", stream.SchemaTitle), "*.json")
            .MaxBy(file => Version.Parse(Path.GetFileNameWithoutExtension(file)))!;
        return JsonElement.Parse(File.ReadAllBytes(newest)).GetProperty("examples")[0].GetRawText();
    }
}
