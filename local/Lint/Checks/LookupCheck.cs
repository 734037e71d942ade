using Millrace.OpenApi;

namespace Millrace.Local;

/// <summary>Declared lookups fit their OpenAPI documents and the schemas of their streams.</summary>
internal sealed class LookupCheck : ILintCheck
{
    public string Name => "lookup";

    public string Demand => "a lookup's operation is in its OpenAPI document; what it binds and where the answer goes has the types of the schemas";

    public IEnumerable<LintFinding> Run(LintSubject subject) =>
        from stage in subject.Stages
        from problem in OpenApiLookups.Problems(stage, subject.Entries.Catalog, subject.Schemas.Repository, RepositoryRoot.Functions(subject.Root))
        select problem.Document is { } document
            ? new LintFinding($"functions/{document}", problem.Place, $"{problem.Sentence} Stage {stage.Name} looks it up: correct the document, or the entry's lookup.")
            : subject.AtStage(stage.Name, problem.Place, $"{problem.Sentence} Correct the entry, or the document {stage.Lookup!.Document}.");
}
