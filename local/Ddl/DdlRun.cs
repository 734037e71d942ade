using Millrace.Hosting;
using Millrace.Schemas;

namespace Millrace.Local;

/// <summary>One run of <c>millrace ddl</c>: finds the schemas and writes their tables.</summary>
internal sealed class DdlRun
{
    // Schemas that no stream was asked for have no topic either.
    private const string NoTopic = "TOPIC";

    private readonly DdlOptions _options;
    private readonly SchemaDirectories _schemas;

    private DdlRun(DdlOptions options) =>
        (_options, _schemas) = (options, new SchemaDirectories([Path.Combine(AppContext.BaseDirectory, "jsonschema"), .. options.Schemas]));

    /// <summary>The tables that were asked for: one, or those of all schemas.</summary>
    /// <exception cref="UsageException">There is no such stream, schema or version.</exception>
    /// <exception cref="SchemaException">The stream's schema cannot be used.</exception>
    public static IReadOnlyList<DdlResult> Run(DdlOptions options) => new DdlRun(options).Run();

    private IReadOnlyList<DdlResult> Run() => _options.Stream is { } stream
        ? [OfStream(DdlStream.Find(stream, _options.Schema, CatalogFiles.Load(AppContext.BaseDirectory), _schemas))]
        : [.. _schemas.Newest.Select(schema => OfSchema(schema.Title, schema.Uri))];

    private DdlResult OfStream(DdlStream stream) =>
        Write(stream.SchemaUri, Target(stream.Definition.Name, stream.Definition.Topics), target => _options.From is { } old
            ? _options.Dialect.Alter(SqlTableDiff.Between(Table($"/{stream.Definition.SchemaTitle}/{old}"), Table(stream.SchemaUri)), target)
            : _options.Dialect.Create(Table(stream.SchemaUri), target));

    private DdlResult OfSchema(string title, string uri) =>
        Write(uri, Target(title.Replace('/', '.'), [NoTopic]), target =>
        {
            try
            {
                return _options.Dialect.Create(Table(uri), target);
            }
            catch (SchemaException unusable)
            {
                throw new SqlRefusedException([new SqlRefusal(".", unusable.Message)]);
            }
        });

    private DdlResult Write(string uri, SqlTarget target, Func<SqlTarget, SqlScript> write)
    {
        var table = _options.Dialect.TableName(target);
        try
        {
            return new DdlResult(uri, table, write(target), []);
        }
        catch (SqlRefusedException refused)
        {
            return new DdlResult(uri, table, null, refused.Refusals);
        }
    }

    private SqlTable Table(string uri) => SqlTable.Read(_schemas.Repository, uri);

    private SqlTarget Target(string name, IReadOnlyList<string> topics) =>
        _options.Kafka is { } brokers ? new SqlTarget(name, topics) { BootstrapServers = brokers } : new SqlTarget(name, topics);
}
