using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Millrace.Connectors;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>What a stage is set to: by the catalog, and by the settings over it that whoever looks was given. No secret is among them.</summary>
internal static class StageSettingList
{
    private const string Hidden = "(secret)";

    private static readonly string[] SecretWords = ["accesskey", "apikey", "auth", "connectionstring", "cookie", "credential", "password", "secret", "signature", "token"];

    /// <summary>How it is run.</summary>
    public static IReadOnlyList<StageSetting> Options(StageDefinition stage, IConfiguration settings) =>
        Of(stage.Options, stage.Configuration.Child("options"), settings.GetSection($"Stages:{stage.Name}:Options"));

    /// <summary>How it is scaled; settings of the app do not change that.</summary>
    public static IReadOnlyList<StageSetting> Scale(StageDefinition stage) => Of(stage.Scale, stage.Configuration.Child("scale"), null);

    /// <summary>What is its own.</summary>
    public static IReadOnlyList<StageSetting> Own(StageDefinition stage, IConfiguration settings)
    {
        var found = new SortedDictionary<string, StageSetting>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in Leaves(stage.Settings, ""))
        {
            found[name] = new StageSetting(name, Shown(stage, name, value), "catalog");
        }

        foreach (var (name, value) in settings.GetSection($"Stages:{stage.Name}:Settings").AsEnumerable(makePathsRelative: true).Where(setting => setting.Value is not null))
        {
            found[name] = new StageSetting(found.TryGetValue(name, out var known) ? known.Name : name, Shown(stage, name, value!), "setting");
        }

        return [.. found.Values];
    }

    private static List<StageSetting> Of(object options, JsonElement catalog, IConfiguration? settings)
    {
        var said = catalog.ValueKind == JsonValueKind.Object ? catalog.EnumerateObject().Select(field => field.Name).ToHashSet(StringComparer.OrdinalIgnoreCase) : [];
        return [.. options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property =>
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            return settings?[property.Name] is { } set ? new StageSetting(name, set, "setting") : new StageSetting(name, Text(property.GetValue(options)), said.Contains(name) ? "catalog" : "default");
        })];
    }

    private static string? Text(object? value) => value switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        Enum choice => OptionsCheck.Choices(choice.GetType()).First(known => known.Value.Equals(choice)).Name,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    // By the names that settings of the host have for them.
    private static IEnumerable<(string Name, string Value)> Leaves(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(field => Leaves(field.Value, path.Length == 0 ? field.Name : $"{path}:{field.Name}")),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, index) => Leaves(item, string.Create(CultureInfo.InvariantCulture, $"{path}:{index}"))),
        JsonValueKind.Undefined => [],
        JsonValueKind.String => [(path, element.Text() ?? "")],
        _ => [(path, element.GetRawText())],
    };

    private static string Shown(StageDefinition stage, string name, string value) =>
        IsSecret(stage, name) || (Uri.TryCreate(value, UriKind.Absolute, out var address) && (address.UserInfo.Length > 0 || address.Query.TrimStart('?').Split('&').Any(part => NamesSecret(part.Split('=')[0])))) ? Hidden : value;

    private static bool IsSecret(StageDefinition stage, string name) => NamesSecret(name) || (stage.Connector is not null && StoreKind.Of(stage).IsSecret(name));

    // Many names have a key in them that opens nothing; one that is a key has it last.
    private static bool NamesSecret(string name) => SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase))
        || name.EndsWith("key", StringComparison.OrdinalIgnoreCase) || name.Equals("sig", StringComparison.OrdinalIgnoreCase);
}
