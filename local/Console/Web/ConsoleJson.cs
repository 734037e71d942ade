using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>How the console writes and reads JSON.</summary>
/// <remarks>The framework's own escaping: whatever an event has, no markup and no line separator stands in an answer as such.</remarks>
internal static class ConsoleJson
{
    /// <summary>The options.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = 1_000,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new Times() },
    };

    /// <summary>Answers with a value.</summary>
    public static Task WriteAsync(HttpContext http, object value) => http.Response.WriteAsJsonAsync(value, value.GetType(), Options, http.RequestAborted);

    /// <summary>Answers with what is wrong, as problem details.</summary>
    public static Task WriteAsync(HttpContext http, ConsoleRefusal refusal)
    {
        http.Response.StatusCode = refusal.Status;
        return http.Response.WriteAsJsonAsync(new { refusal.Title, Detail = refusal.Message, refusal.Status }, Options, "application/problem+json", http.RequestAborted);
    }

    // To the millisecond, in UTC, as events write them.
    private sealed class Times : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Iso8601.Format(value));
    }
}
