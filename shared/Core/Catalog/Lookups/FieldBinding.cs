using System.Text.Json;

namespace Millrace.Core;

/// <summary>Where a value comes from: a field, or the catalog itself.</summary>
/// <param name="Field">The field; null where it is a constant.</param>
/// <param name="Value">The constant; undefined where it is a field's.</param>
public sealed record FieldBinding(FieldPointer? Field, JsonElement Value)
{
    /// <summary>The value; undefined where the field is absent.</summary>
    /// <param name="source">What has the field.</param>
    public JsonElement In(JsonElement source) => Field is null ? Value : Field.In(source);
}
