using System.Text.Encodings.Web;
using System.Text.Json;

namespace Millrace.Core;

/// <summary>How events are written: compact JSON, text as UTF-8 rather than as escapes.</summary>
internal static class EventEncoding
{
    // The pipeline writes well-formed calls, and the schema check reads all of what was written: no need to check twice.
    public static JsonWriterOptions WriterOptions { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };
}
