namespace Millrace.OpenApi;

/// <summary>One thing that is wrong with a lookup that the catalog declares.</summary>
/// <param name="Document">The OpenAPI document that has it; null where it is the stage's entry.</param>
/// <param name="Place">The JSON pointer in the document, or the key in the entry, such as <c>lookup.parameters.rev_id</c>.</param>
/// <param name="Sentence">What is wrong there, and what is allowed.</param>
public sealed record LookupProblem(string? Document, string Place, string Sentence)
{
    /// <summary>The place and the sentence.</summary>
    /// <param name="stage">The stage whose lookup it is.</param>
    public string Tell(string stage) => Document is null ? $"stages.{stage}.{Place}: {Sentence}" : $"{Document}#{Place}: {Sentence} (Stage {stage} looks it up.)";
}
