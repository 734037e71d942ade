using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Millrace.Core;

namespace Millrace.Intake;

/// <summary>Tells the configuration of streams, in the form of Wikimedia's.</summary>
internal sealed class StreamConfigs(StreamRoutes routes)
{
    private static readonly string[] Always = ["stream", "schema_title", "topics", "topic_prefixes", "canary_events_enabled", "destination_event_service", "message_key_fields"];

    /// <summary>The configuration of streams, by their names; those that there are not are left out.</summary>
    /// <param name="names">Their names, with <c>,</c> or <c>|</c> between; null means all.</param>
    /// <param name="constraints">What their settings must be, as <c>name=value</c> with <c>|</c> between; null is nothing.</param>
    /// <param name="allSettings">With the settings that only some programs read.</param>
    /// <exception cref="RequestRefusal">The constraints are none.</exception>
    public Dictionary<string, Dictionary<string, object?>> Find(string? names, string? constraints, bool allSettings)
    {
        var wanted = names?.Split([',', '|'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet();
        var required = (constraints ?? "").Split('|', StringSplitOptions.RemoveEmptyEntries).Select(Parse).ToList();
        return routes.Streams
            .Where(stream => wanted is not { Count: > 0 } || wanted.Contains(stream.Name))
            .Select(stream => (stream.Name, Settings: SettingsOf(stream)))
            .Where(stream => required.TrueForAll(constraint => stream.Settings.TryGetValue(constraint.Name, out var value) && TextOf(value) == constraint.Value))
            .ToDictionary(
                stream => stream.Name,
                stream => stream.Settings.Where(setting => allSettings || Always.Contains(setting.Key)).ToDictionary(setting => setting.Key, setting => setting.Value));
    }

    private static Dictionary<string, object?> SettingsOf(StreamDefinition stream)
    {
        var settings = new Dictionary<string, object?> { ["stream"] = stream.Name, ["schema_title"] = stream.SchemaTitle, ["topics"] = stream.Topics };
        if (stream.Configuration.ValueKind == JsonValueKind.Object)
        {
            foreach (var setting in stream.Configuration.EnumerateObject().Where(setting => !setting.Name.StartsWith('/')))
            {
                settings.TryAdd(setting.Name, setting.Value);
            }
        }

        return settings;
    }

    private static (string Name, string Value) Parse(string constraint) => constraint.Split('=', 2) is [{ Length: > 0 } name, var value]
        ? (name, value)
        : throw new RequestRefusal(StatusCodes.Status400BadRequest, "A constraint is no name=value.");

    private static string? TextOf(object? value) => value switch
    {
        string text => text,
        JsonElement { ValueKind: JsonValueKind.True } => "true",
        JsonElement { ValueKind: JsonValueKind.False } => "false",
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString(),
        JsonElement other => other.GetRawText(),
        _ => null,
    };
}
