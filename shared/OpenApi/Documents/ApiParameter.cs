using System.Text.Json;
using Millrace.Schemas;

namespace Millrace.OpenApi;

/// <summary>A parameter of an operation, or a field of its body.</summary>
/// <param name="Name">Its name.</param>
/// <param name="In"><c>path</c>, <c>query</c>, <c>header</c>, <c>cookie</c> or <c>body</c>.</param>
/// <param name="Place">Where it stands in the document.</param>
/// <param name="IsRequired">Whether a request without it is wrong.</param>
/// <param name="Schema">Its schema as draft-07.</param>
/// <param name="Check">The same, compiled.</param>
internal sealed record ApiParameter(string Name, string In, string Place, bool IsRequired, JsonElement Schema, EmbeddedSchema Check);
