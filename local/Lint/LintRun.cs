namespace Millrace.Local;

/// <summary>One run of <c>millrace lint</c>.</summary>
internal static class LintRun
{
    /// <summary>All rules, in the order in which they are explained.</summary>
    public static IReadOnlyList<ILintCheck> Checks { get; } =
    [
        new CatalogCheck(), new ClassCheck(), new TriggerCheck(), new SettingsCheck(), new StoreCheck(), new LookupCheck(), new StreamUseCheck(),
        new SchemaCheckOfStages(), new SchemaRulesCheck(), new DatacenterCheck(), new PartitionCheck(), new ManifestCheck(),
    ];

    /// <summary>Everything that breaks a rule, with the rule.</summary>
    public static IReadOnlyList<(ILintCheck Check, LintFinding Finding)> Run(LintSubject subject) =>
        [.. Checks.SelectMany(check => check.Run(subject).Distinct().Select(finding => (check, finding)))];
}
