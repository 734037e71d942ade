using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Millrace.Core;

namespace Millrace.Hosting;

/// <summary>Puts a stage's options and settings together: those of the catalog, and over them those of the host.</summary>
public static class StageSettings
{
    // What may stand below Stages:NAME in the host's settings.
    private static readonly string[] Sections = ["Topics", "Replay", "Options", "Settings"];

    internal static StageOptions OverrideOptions(StageDefinition stage, IConfiguration configuration)
    {
        var section = configuration.GetSection($"Stages:{stage.Name}");
        var allowed = string.Join(", ", Sections.Select(key => $"{section.Path}:{key}"));
        if (section.Value is { } value)
        {
            throw new CatalogException($"The setting {section.Path} is '{value}'; allowed are {allowed}.");
        }

        foreach (var child in section.GetChildren())
        {
            if (!Sections.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                throw new CatalogException($"The setting {child.Path} is unknown; allowed are {allowed}.");
            }
        }

        CheckTopics(stage, section.GetSection("Topics"));
        if (section["Replay"] is { } replay && replay != stage.ReplayTopic)
        {
            throw new CatalogException($"The setting {section.Path}:Replay is '{replay}'; allowed is '{stage.ReplayTopic}', which it is by itself: the topic is the stage's own.");
        }

        SettingsBinder.Bind(section.GetSection("Options"), stage.Options, $"{section.Path}:Options");
        return stage.Options;
    }

    /// <summary>A stage's <c>settings</c>: those of its entry in the catalog, and over them <c>Stages:NAME:Settings:KEY</c> of the host.</summary>
    /// <exception cref="CatalogException">An unknown key, or a value that is not allowed; the message names it.</exception>
    public static TSettings Bind<TSettings>(StageDefinition stage, IConfiguration configuration)
        where TSettings : class, new()
    {
        var settings = new TSettings();
        Bind(stage, settings, configuration);
        return settings;
    }

    internal static void Bind(StageDefinition stage, object settings, IConfiguration configuration)
    {
        SettingsBinder.Fill(OfCatalog(stage), settings, CatalogPath(stage));
        var path = Path(stage);
        SettingsBinder.Bind(configuration.GetSection(path), settings, path);
    }

    /// <exception cref="CatalogException">There are settings for a stage that takes none: nothing would ever read them.</exception>
    internal static void RequireNone(StageDefinition stage, IConfiguration configuration)
    {
        var path = OfCatalog(stage).GetChildren().Any() ? CatalogPath(stage) : configuration.GetSection(Path(stage)).Exists() ? Path(stage) : null;
        if (path is not null)
        {
            throw new CatalogException($"{path} is set, but stage {stage.Name} takes no settings; add it with AddStage<{stage.Name}, its settings' type>(), or leave them out.");
        }
    }

    // Derived from the catalog unless set: whoever sets them means them to be read.
    private static void CheckTopics(StageDefinition stage, IConfigurationSection topics)
    {
        string[] settings = [.. Enumerable.Range(0, StageFunctions.InputsOf(stage)).Select(input => StageFunctions.TopicsSetting(stage, input))];
        foreach (var setting in topics.GetChildren().Prepend(topics))
        {
            var isExpected = settings.Contains(setting.Path, StringComparer.OrdinalIgnoreCase);
            if (isExpected ? string.IsNullOrWhiteSpace(setting.Value) : setting.Value is not null || setting != topics)
            {
                throw new CatalogException(
                    $"The setting {setting.Path} is '{setting.Value}'; allowed is {string.Join(" and ", settings)}, each a topic, or a pattern of topics such as ^(a|b)$.");
            }
        }
    }

    private static string Path(StageDefinition stage) => $"Stages:{stage.Name}:Settings";

    private static string CatalogPath(StageDefinition stage) => $"catalog:stages:{stage.Name}:settings";

    private static IConfigurationRoot OfCatalog(StageDefinition stage)
    {
        if (stage.Settings.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            throw new CatalogException($"{CatalogPath(stage)} is {stage.Settings.GetRawText()}; allowed is an object.");
        }

        var json = stage.Settings.ValueKind == JsonValueKind.Object ? stage.Settings.GetRawText() : "{}";
        using var catalog = new MemoryStream(Encoding.UTF8.GetBytes(json));
        try
        {
            return new ConfigurationBuilder().AddJsonStream(catalog).Build();
        }
        catch (FormatException cause)
        {
            throw new CatalogException($"{CatalogPath(stage)} cannot be used: {cause.Message}", cause);
        }
    }
}
