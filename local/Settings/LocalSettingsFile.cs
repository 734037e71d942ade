using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Millrace.Canaries;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Local;

/// <summary>What the Functions host has to be told on a developer's machine: <c>local.settings.json</c>.</summary>
/// <remarks>
/// The real host resolves the triggers' percent signs in a process of its own, which knows nothing of the catalog. So the
/// topics that the app derives by itself stand here as settings, and connectors that the catalog does not use are disabled.
/// </remarks>
internal static class LocalSettingsFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The settings by their names in the environment, in the order in which they are written.</summary>
    /// <param name="catalog">The stages.</param>
    /// <param name="brokers">Where Kafka is.</param>
    /// <param name="datacenter">The datacenter to write as; null where streams have one topic each.</param>
    /// <param name="client">Settings of every Kafka client, triggers included.</param>
    /// <param name="secrets">Settings of connectors' stores that are nobody else's to know.</param>
    public static List<KeyValuePair<string, string>> Values(
        StageCatalog catalog, string brokers, string? datacenter, IEnumerable<KeyValuePair<string, string>> client, IEnumerable<KeyValuePair<string, string>> secrets)
    {
        var values = new List<KeyValuePair<string, string>>
        {
            new("FUNCTIONS_WORKER_RUNTIME", "dotnet-isolated"),
            new("AzureWebJobsStorage", "UseDevelopmentStorage=true"),
            new("KAFKA_BOOTSTRAP_SERVERS", brokers),
        };
        var known = new ConfigurationBuilder().AddInMemoryCollection();
        if (datacenter is not null)
        {
            values.Add(new(Spelling("Millrace:Datacenter"), datacenter));
            known.AddInMemoryCollection([new("Millrace:Datacenter", datacenter)]);
        }

        values.AddRange(TriggerSettings.For(catalog, known.Build()).Select(topics => new KeyValuePair<string, string>(Spelling(topics.Key), topics.Value!)));
        values.Add(new(Spelling(CanarySetup.ScheduleSetting), new CanaryOptions().Schedule));
        values.AddRange(client.Select(setting => new KeyValuePair<string, string>(Spelling($"Kafka:Client:{setting.Key}"), setting.Value)));
        values.AddRange(secrets.Select(secret => new KeyValuePair<string, string>(Spelling(secret.Key), secret.Value)));
        var classes = typeof(Functions.Program).Assembly.GetTypes();
        var unused = StageClass.Among(classes).Where(stage => stage.IsOptional && !catalog.TryGet(stage.Name, out _)).ToList();
        values.AddRange(DeclaredFunction.Among(classes).Where(function => unused.Exists(stage => function.Feeds(stage.Name)))
            .Select(function => new KeyValuePair<string, string>($"AzureWebJobs.{function.Name}.Disabled", "true")));
        return values;
    }

    /// <summary>The file's text.</summary>
    public static string Text(IEnumerable<KeyValuePair<string, string>> values) =>
        JsonSerializer.Serialize(new { IsEncrypted = false, Values = new Dictionary<string, string>(values) }, Indented) + "\n";

    /// <summary>Writes the file, readable for its owner alone: it may have secrets.</summary>
    public static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new StreamWriter(path, options);
        file.Write(text);
    }

    /// <summary>What may be shown of a setting: not the values of secrets.</summary>
    public static string Shown(StageCatalog catalog, KeyValuePair<string, string> setting) =>
        setting.Key.Contains("password", StringComparison.OrdinalIgnoreCase) || setting.Key.Contains("secret", StringComparison.OrdinalIgnoreCase) || setting.Key.EndsWith("key.pem", StringComparison.OrdinalIgnoreCase)
        || StoreSecrets.IsSecret(catalog, setting.Key.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal))
            ? "(secret)"
            : setting.Value;

    /// <summary>The name that a setting has in the environment.</summary>
    public static string Spelling(string name) => name.Replace(ConfigurationPath.KeyDelimiter, "__", StringComparison.Ordinal);
}
