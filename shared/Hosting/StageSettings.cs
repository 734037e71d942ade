using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Millrace.Core;

namespace Millrace.Hosting;

/// <summary>Puts a stage's options and settings together: those of the catalog, and over them those of the host.</summary>
internal static class StageSettings
{
    // What may stand below Stages:NAME in the host's settings.
    private static readonly string[] Sections = ["Topics", "Options", "Settings"];

    public static StageOptions OverrideOptions(StageDefinition stage, IConfiguration configuration)
    {
        var section = configuration.GetSection($"Stages:{stage.Name}");
        foreach (var child in section.GetChildren())
        {
            if (!Sections.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                throw new CatalogException($"The setting {child.Path} is unknown; allowed are {string.Join(", ", Sections.Select(key => $"{section.Path}:{key}"))}.");
            }
        }

        SettingsBinder.Bind(section.GetSection("Options"), stage.Options, $"{section.Path}:Options");
        return stage.Options;
    }

    public static TSettings Bind<TSettings>(StageDefinition stage, IConfiguration configuration)
        where TSettings : class, new()
    {
        var path = $"Stages:{stage.Name}:Settings";
        var json = stage.Settings.ValueKind == JsonValueKind.Object ? stage.Settings.GetRawText() : "{}";
        using var catalog = new MemoryStream(Encoding.UTF8.GetBytes(json));
        var merged = new ConfigurationBuilder().AddJsonStream(catalog).AddConfiguration(configuration.GetSection(path)).Build();
        var settings = new TSettings();
        SettingsBinder.Bind(merged, settings, path);
        return settings;
    }
}
