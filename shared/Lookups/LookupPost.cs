namespace Millrace.Lookups;

/// <summary>What is posted to a server.</summary>
/// <param name="Body">The body; it must not change until there is an answer.</param>
/// <param name="ContentType">The media type of the body, such as <c>application/json</c>.</param>
/// <param name="Headers">Further headers; they are never logged.</param>
public sealed record LookupPost(ReadOnlyMemory<byte> Body, string ContentType, IReadOnlyList<KeyValuePair<string, string>> Headers);
