using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>A schema within a document, and what references from there are relative to.</summary>
/// <param name="Schema">What stands there.</param>
/// <param name="Base">The nearest <c>$id</c> at or above the place, or the document's own URI.</param>
/// <param name="Resource">What stands where that <c>$id</c> is: a <c>#/…</c> reference counts from there.</param>
internal readonly record struct SqlSchemaPlace(JsonElement Schema, Uri Base, JsonElement Resource)
{
    /// <summary>The place of a schema within this one.</summary>
    public SqlSchemaPlace Below(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object
        && schema.TryGetProperty("$id"u8, out var id) && id.ValueKind == JsonValueKind.String && !id.GetString()!.StartsWith('#')
        && Uri.TryCreate(Base, id.GetString(), out var uri)
            ? new SqlSchemaPlace(schema, uri, schema)
            : this with { Schema = schema };
}
