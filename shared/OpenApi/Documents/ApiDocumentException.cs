namespace Millrace.OpenApi;

/// <summary>An OpenAPI document cannot be used.</summary>
internal sealed class ApiDocumentException(string document, string place, string sentence) : Exception($"{document}#{place}: {sentence}")
{
    /// <summary>The same as a problem of a lookup.</summary>
    public LookupProblem Problem { get; } = new(document, place, sentence);
}
