namespace Millrace.Schemas;

/// <summary>A table for the events of a schema, in no dialect's words.</summary>
/// <remarks>
/// Integers have 64 bits and numbers double precision; a <c>date-time</c> is an instant; an object whose
/// <c>additionalProperties</c> have a type is a map, and the properties that it declares besides are values like all others;
/// an object with <c>properties</c> is a row in their order. Every column may be null, as an event may lack any field that
/// a later version of its schema added. What has no such type is refused: union types, objects and items without a type.
/// </remarks>
/// <param name="SchemaUri">The schema that it is derived from.</param>
/// <param name="Comment">The schema's <c>description</c> on one line; null where it has none.</param>
/// <param name="Columns">At least one, in the order of the schema.</param>
public sealed record SqlTable(string SchemaUri, string? Comment, IReadOnlyList<SqlField> Columns)
{
    /// <summary>Derives the table for a schema. References are followed within the repository.</summary>
    /// <param name="repository">Where the schema is.</param>
    /// <param name="schemaUri">The schema, such as <c>/page/change/1.0.0</c>.</param>
    /// <exception cref="SchemaException">There is no such schema, or it cannot be used.</exception>
    /// <exception cref="SqlRefusedException">The schema has no table; all the reasons are given.</exception>
    public static SqlTable Read(SchemaRepository repository, string schemaUri) => Read(repository, schemaUri, withJson: false);

    /// <summary>Derives the table for a schema, for an engine that has a type for any JSON value: that is the type of what would be refused below the root.</summary>
    /// <inheritdoc cref="Read(SchemaRepository, string)"/>
    public static SqlTable ReadWithJson(SchemaRepository repository, string schemaUri) => Read(repository, schemaUri, withJson: true);

    private static SqlTable Read(SchemaRepository repository, string schemaUri, bool withJson)
    {
        ArgumentNullException.ThrowIfNull(repository);
        repository.Require(schemaUri);
        return new SqlTableReader(repository, withJson).Read(schemaUri);
    }
}
