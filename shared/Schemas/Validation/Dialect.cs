using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>The one dialect that is understood: JSON Schema draft-07.</summary>
internal static class Dialect
{
    /// <summary>The dialect's URI, without the empty fragment that it is mostly written with.</summary>
    public const string Uri = "http://json-schema.org/draft-07/schema";

    /// <summary>The same as it is spelled as often.</summary>
    public const string SecureUri = "https://json-schema.org/draft-07/schema";

    private static readonly Lazy<JsonElement> Document = new(ReadMetaSchema);

    /// <summary>The schema that every draft-07 schema matches.</summary>
    public static JsonElement MetaSchema => Document.Value;

    /// <summary>Passes if a schema's <c>$schema</c> is absent or draft-07, spelled with <c>http</c> or <c>https</c>.</summary>
    /// <exception cref="SchemaException">It is another dialect.</exception>
    public static void Check(KeywordReader keywords, SchemaPlace place)
    {
        if (keywords.Text("$schema") is { } dialect && dialect.TrimEnd('#') is not (Uri or SecureUri))
        {
            throw place.Wrong($"'$schema' must be {Uri}#, but is '{dialect}'.");
        }
    }

    private static JsonElement ReadMetaSchema()
    {
        using var resource = typeof(Dialect).Assembly.GetManifestResourceStream("Millrace.Schemas.draft-07.json")!;
        using var document = JsonDocument.Parse(resource);
        return document.RootElement.Clone();
    }
}
