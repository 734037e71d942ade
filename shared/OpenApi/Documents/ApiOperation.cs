using System.Text.Json;

namespace Millrace.OpenApi;

/// <summary>An operation of an OpenAPI document, as far as a lookup needs it.</summary>
internal sealed record ApiOperation
{
    /// <summary>Whether it is posted to; otherwise it is asked (GET).</summary>
    public required bool IsPost { get; init; }

    /// <summary>Its path, with the names of parameters in braces.</summary>
    public required string Path { get; init; }

    /// <summary>Its parameters: those of its own, and those of its path.</summary>
    public required IReadOnlyList<ApiParameter> Parameters { get; init; }

    /// <summary>The fields of the body that it takes; none where it takes no body.</summary>
    public required IReadOnlyList<ApiParameter> Body { get; init; }

    /// <summary>Where the schema of its answer stands.</summary>
    public required string AnswerPlace { get; init; }

    /// <summary>The schema of its answer as draft-07.</summary>
    public required JsonElement Answer { get; init; }

    /// <summary>The first of the document's servers that can be used as it stands; null where there is none.</summary>
    public Uri? Server { get; init; }
}
