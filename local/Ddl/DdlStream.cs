using Millrace.Core;

namespace Millrace.Local;

/// <summary>A stream of the catalog and the schema that its table is made by.</summary>
/// <param name="Definition">The stream.</param>
/// <param name="SchemaUri">The schema.</param>
internal sealed record DdlStream(StreamDefinition Definition, string SchemaUri)
{
    /// <summary>Finds a stream, an error stream too, and its schema: the one given, else the one that a stage writes, else the newest of its title.</summary>
    /// <exception cref="UsageException">There is no such stream, or no schema for it.</exception>
    public static DdlStream Find(string name, string? schema, StageCatalog catalog, SchemaDirectories schemas)
    {
        var stream = catalog.Streams.TryGet(name, out var declared) ? declared : catalog.Stages.Select(stage => stage.ErrorStream).FirstOrDefault(errors => errors.Name == name);
        if (stream is null)
        {
            var names = catalog.Streams.Streams.Concat(catalog.Stages.Select(stage => stage.ErrorStream)).Select(known => known.Name).Distinct();
            throw new UsageException($"--stream is '{name}'; the catalog has {string.Join(", ", names)}.");
        }

        if (schema is not null && !schema.StartsWith($"/{stream.SchemaTitle}/", StringComparison.Ordinal))
        {
            throw new UsageException($"--schema is '{schema}'; the stream takes events of /{stream.SchemaTitle}/<version>.");
        }

        return new DdlStream(stream, schema ?? Written(stream, catalog) ?? schemas.NewestOf(stream.SchemaTitle)
            ?? throw new UsageException($"No stage writes '{name}', and no directory of --schemas has a schema '{stream.SchemaTitle}'; --schema can name one."));
    }

    // Where stages write by several versions, the table takes the events of all of them.
    private static string? Written(StreamDefinition stream, StageCatalog catalog) =>
        catalog.Stages.SelectMany(stage => stage.Outputs.Append(new StageOutput(stage.ErrorStream, stage.ErrorSchemaUri)))
            .Where(output => output.Stream.Name == stream.Name)
            .Select(output => output.SchemaUri)
            .MaxBy(uri => SchemaDirectories.ParseVersion(uri[(uri.LastIndexOf('/') + 1)..]));
}
