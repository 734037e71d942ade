namespace Millrace.Schemas;

/// <summary>A rule that the schemas of a repository keep.</summary>
/// <remarks>
/// A rule is an error where some part of the platform refuses the schema otherwise (validation, SQL tables, intake), or where
/// consumers were promised something; it is a warning where everything works, but less well than it could.
/// </remarks>
/// <param name="Name">What findings call it.</param>
/// <param name="Severity">How bad it is to break it.</param>
/// <param name="Demand">What it demands, in a few words.</param>
public sealed record SchemaRule(string Name, FindingSeverity Severity, string Demand)
{
    /// <summary>Schemas are found by the names of their files.</summary>
    public static readonly SchemaRule FileName = Error("file-name", "files are <title>/<major.minor.patch>, with .json, .yaml or no extension");

    /// <summary>A schema file can be parsed.</summary>
    public static readonly SchemaRule Syntax = Error("syntax", "files are JSON or YAML, strictly");

    /// <summary>A version has one content, whatever it is written in.</summary>
    public static readonly SchemaRule SameContent = Error("same-content", "several files of one version say the same");

    /// <summary>The document is a schema that can be compiled.</summary>
    public static readonly SchemaRule Draft07 = Error("draft-07", "the schema compiles as draft-07");

    /// <summary>The dialect is stated.</summary>
    public static readonly SchemaRule Dialect = Error("dialect", "$schema is draft-07");

    /// <summary>The title is where the schema stands.</summary>
    public static readonly SchemaRule Title = Error("title", "title is the file's directory");

    /// <summary>The identifier is what events call the schema.</summary>
    public static readonly SchemaRule Id = Error("id", "$id is /title/version");

    /// <summary>A released version needs nothing but itself.</summary>
    public static readonly SchemaRule Materialised = Error("materialised", "no $ref and no allOf in a released version");

    /// <summary>Names mean the same in every store.</summary>
    public static readonly SchemaRule SnakeCase = Error("snake-case", "names are snake_case; $schema is exempt, and a title may have hyphens");

    /// <summary>Every field has a type.</summary>
    public static readonly SchemaRule Type = Error("type", "every field has a type that a table can have");

    /// <summary>Every field has one type only.</summary>
    public static readonly SchemaRule UnionType = Error("union-type", "no field has several types");

    /// <summary>Arrays say what is in them.</summary>
    public static readonly SchemaRule Items = Error("items", "an array has items with a type");

    /// <summary>Objects say what is in them.</summary>
    public static readonly SchemaRule ObjectContent = Error("object", "an object has properties, or is a typed map");

    /// <summary>An object is a record or a map, not both.</summary>
    public static readonly SchemaRule MapAndProperties = Warning("map-and-properties", "an object is a record or a map, not both");

    /// <summary>A value that is absent is left out.</summary>
    public static readonly SchemaRule NullEnum = Error("null-enum", "no enum has null");

    /// <summary>Integers fit a double.</summary>
    public static readonly SchemaRule IntegerBounds = Warning("integer-bounds", "integers are within ±(2^53−1)");

    /// <summary>What a format or a pattern costs is bounded.</summary>
    public static readonly SchemaRule MaxLength = Error("max-length", "pattern and format come with maxLength");

    /// <summary>What patterns over names cost is bounded.</summary>
    public static readonly SchemaRule PropertyNames = Error("property-names", "patternProperties come with propertyNames.maxLength");

    /// <summary>What comparing items costs is bounded.</summary>
    public static readonly SchemaRule MaxItems = Error("max-items", "uniqueItems over objects or arrays comes with maxItems");

    /// <summary>There is an example: it documents the schema, and canary events are made of it.</summary>
    public static readonly SchemaRule Examples = Warning("examples", "there is an example, except in a fragment");

    /// <summary>Examples are valid.</summary>
    public static readonly SchemaRule Example = Error("example", "examples match the schema");

    /// <summary>Examples name the schema that they belong to.</summary>
    public static readonly SchemaRule ExampleSchema = Error("example-schema", "the $schema of an example is the $id");

    /// <summary>A major version only grows.</summary>
    public static readonly SchemaRule Compatible = Error("compatible", "a version is compatible with the one before it (--compat)");

    /// <summary>All rules, in the order in which they are explained.</summary>
    public static IReadOnlyList<SchemaRule> All { get; } =
    [
        FileName, Syntax, SameContent, Draft07, Dialect, Title, Id, Materialised, SnakeCase, Type, UnionType, Items, ObjectContent, MapAndProperties,
        NullEnum, IntegerBounds, MaxLength, PropertyNames, MaxItems, Examples, Example, ExampleSchema, Compatible,
    ];

    private static SchemaRule Error(string name, string demand) => new(name, FindingSeverity.Error, demand);

    private static SchemaRule Warning(string name, string demand) => new(name, FindingSeverity.Warning, demand);
}
