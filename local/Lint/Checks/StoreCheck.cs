using System.Text.RegularExpressions;
using Millrace.Connectors;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Connectors have what their stores need, and their streams become tables.</summary>
internal sealed partial class StoreCheck : ILintCheck
{
    public string Name => "store";

    public string Demand => "connectors have settings that their store takes, no secret among them, and streams that become tables, each of one stage";

    public IEnumerable<LintFinding> Run(LintSubject subject)
    {
        using var stores = new StoresUnderLint(subject.Schemas.Repository);
        var findings = new List<LintFinding>();
        foreach (var stage in subject.Stages.Where(stage => stage.Connector is not null))
        {
            try
            {
                stores.Require(stage);
                findings.AddRange(Exposed(subject, stage));
                findings.AddRange(Streams(subject, stage));
            }
            catch (CatalogException wrong)
            {
                findings.Add(subject.AtStage(stage.Name, KeyOf(wrong.Message), $"{wrong.Message} Correct the entry."));
            }
        }

        return findings;
    }

    private static IEnumerable<LintFinding> Exposed(LintSubject subject, StageDefinition stage) => StoreKind.Of(stage).Exposed(stage).Select(exposed =>
        subject.AtStage(stage.Name, $"settings.{exposed.Setting}", $"{exposed.Setting} has {exposed.Secret}, and everybody may read the catalog. Leave that out here, and set the whole in the host's settings: {string.Join(" or ", StoreKind.Of(stage).SecretsOf(stage))}."));

    // Of a stream without a schema another rule tells.
    private static IEnumerable<LintFinding> Streams(LintSubject subject, StageDefinition stage) =>
        from stream in stage.Inputs
        let schema = subject.Schemas.NewestOf(stream.SchemaTitle)
        where schema is not null
        let refusal = StoreKind.Of(stage).Refuse(stage, stream, subject.Schemas.Repository, schema)
        where refusal is not null
        select subject.AtStage(stage.Name, "inputs", $"Stream '{stream.Name}' cannot become a table: {refusal} Leave the stream out, or correct its schema in a new version.");

    // What is refused at start begins with the setting that it is about, or with the stage.
    private static string KeyOf(string message) =>
        AboutSetting().Match(message) is { Success: true } match ? $"settings.{string.Join('.', match.Groups["key"].Value.Split(':', '.').Select(Spelled))}"
        : AboutConnector().IsMatch(message) ? "connector"
        : AboutStream().IsMatch(message) ? "inputs"
        : "settings";

    // As the catalog has it; headers, which alone have a dash in their names, stay as they are.
    private static string Spelled(string step) => step.Contains('-', StringComparison.Ordinal) ? step : char.ToLowerInvariant(step[0]) + step[1..];

    [GeneratedRegex(@"^(catalog:)?stages[:.][\w.-]+?[:.]\s?settings[:.](?<key>[\w-]+([:.][\w-]+)*)", RegexOptions.IgnoreCase)]
    private static partial Regex AboutSetting();

    [GeneratedRegex(@"^stages\.[\w.-]+?\.connector ")]
    private static partial Regex AboutConnector();

    [GeneratedRegex(@"^stages\.[\w.-]+?: streams? ")]
    private static partial Regex AboutStream();
}
