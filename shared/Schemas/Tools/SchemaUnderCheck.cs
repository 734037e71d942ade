using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>A schema that is being checked, and what was found in it so far.</summary>
/// <param name="file">Where it stands.</param>
/// <param name="root">The document.</param>
/// <param name="findings">Where findings are added.</param>
internal sealed class SchemaUnderCheck(RepositoryFile file, JsonElement root, List<SchemaFinding> findings)
{
    /// <summary>Where the schema stands.</summary>
    public RepositoryFile File => file;

    /// <summary>The document.</summary>
    public JsonElement Root => root;

    /// <summary>The document as the first of its parts.</summary>
    public SchemaPart Whole { get; } = SchemaPart.AllOf(root).First();

    /// <summary>Adds a finding.</summary>
    public void Find(SchemaRule rule, string pointer, string sentence) => findings.Add(new SchemaFinding(file.Path, pointer, rule, sentence));
}
