using System.Text.Json;
using Millrace.Core;

namespace Millrace.Testing;

/// <summary>What a <see cref="StageFixture"/>'s <c>fixture.json</c> says; all of it is optional.</summary>
internal sealed class FixtureSettings
{
    /// <summary>The file's name.</summary>
    public const string FileName = "fixture.json";

    // As the catalog's files.
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private JsonElement _settings;
    private JsonElement _options;

    /// <summary><c>time</c>: when each event is worked on.</summary>
    public DateTimeOffset Time { get; private set; } = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    /// <summary><c>example</c>: the input is the example of the schema of the stage's first input, with these fields over its own; null where it is a file.</summary>
    public JsonElement? Example { get; private set; }

    /// <summary><c>"compare": "named"</c>: fields that the expected output does not have may be there.</summary>
    public bool NamedOnly { get; private set; }

    /// <exception cref="FixtureException">The file cannot be used.</exception>
    public static FixtureSettings Read(string path)
    {
        var read = new FixtureSettings();
        if (!File.Exists(path))
        {
            return read;
        }

        try
        {
            foreach (var field in JsonElement.Parse(File.ReadAllBytes(path), Lenient).EnumerateObject())
            {
                read.Set(path, field.Name, field.Value);
            }

            return read;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            throw new FixtureException($"{path} cannot be read: {wrong.Message}", wrong);
        }
    }

    /// <summary><c>settings</c> and <c>options</c>, as those of the app: over the catalog's.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> For(string stage) => [.. Flatten($"Stages:{stage}:Settings", _settings), .. Flatten($"Stages:{stage}:Options", _options)];

    private void Set(string path, string name, JsonElement value)
    {
        switch (name)
        {
            case "time": Time = value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time) ? time : throw Wrong("a time such as \"2026-01-31T12:00:00Z\""); break;
            case "settings": _settings = Object(); break;
            case "options": _options = Object(); break;
            case "example": Example = Object(); break;
            case "compare": NamedOnly = value.Text() is "named" or "all" ? value.Text() == "named" : throw Wrong("\"all\", or \"named\": the fields that are expected and no others"); break;
            default: throw new FixtureException($"{path}: '{name}' is unknown; allowed are time, settings, options, example, compare.");
        }

        JsonElement Object() => value.ValueKind == JsonValueKind.Object ? value : throw Wrong("an object");

        FixtureException Wrong(string allowed) => new($"{path}: {name} is {value.GetRawText()}; allowed is {allowed}.");
    }

    private static IEnumerable<KeyValuePair<string, string>> Flatten(string path, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => [],
        JsonValueKind.Object => value.EnumerateObject().SelectMany(field => Flatten($"{path}:{field.Name}", field.Value)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany((item, index) => Flatten($"{path}:{index}", item)),
        _ => [new(path, value.ToString())],
    };
}
