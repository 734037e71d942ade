using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Local;

/// <summary>The settings of stages fit their classes.</summary>
internal sealed class SettingsCheck : ILintCheck
{
    public string Name => "settings";

    public string Demand => "a stage's settings have the keys of its class NAMESettings, with values that are allowed";

    public IEnumerable<LintFinding> Run(LintSubject subject)
    {
        foreach (var stage in subject.Classes)
        {
            if (subject.Entries.Catalog.TryGet(stage.Name, out var entry) && Problem(stage, entry) is { } problem)
            {
                yield return subject.AtStage(stage.Name, "settings", $"{problem} Correct the entry{(stage.Settings is { } settings ? $", or the class {settings.Name}" : "")}.");
            }
        }
    }

    private static string? Problem(StageClass stage, StageDefinition entry)
    {
        try
        {
            stage.CheckSettings(entry);
            return null;
        }
        catch (CatalogException wrong)
        {
            return wrong.Message;
        }
    }
}
