using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Local;

/// <summary>One stream: its topics, who writes and reads it, its schemas, and its table in the SQL of an engine.</summary>
internal sealed class StreamApi(Platform platform, ClusterWatch watch, SchemaRepository schemas)
{
    /// <summary><c>GET api/streams/NAME</c>.</summary>
    public async Task GetAsync(HttpContext http)
    {
        var stream = Find(platform, http);
        var look = await watch.LookAsync(http.RequestAborted);
        var seen = look.Streams.FirstOrDefault(known => known.Stream == stream.Name);
        var current = Current(stream);
        await ConsoleJson.WriteAsync(http, new
        {
            stream.Name,
            Title = stream.SchemaTitle,
            State = look.Unreachable is null ? "ok" : "unreachable",
            Reason = look.Unreachable,
            Topics = stream.Topics.Select(topic => new
            {
                Topic = topic,
                Partitions = (seen?.Partitions ?? []).Where(partition => partition.Key.Topic == topic).Select(partition => new { Partition = partition.Key.Partition.Value, partition.Value.Begin, partition.Value.End }),
            }),
            PerSecond = Rates.Rounded(seen?.PerSecond),
            Events = seen?.Events,
            KeyFields = stream.Key?.Paths.Select(path => string.Join('.', path)),
            Writers = platform.Catalog.Stages.Where(stage => stage.ErrorStream.Name == stream.Name || stage.Outputs.Any(output => output.Stream.Name == stream.Name)).Select(stage => stage.Name),
            Readers = platform.Catalog.Stages.Where(stage => stage.Inputs.Any(input => input.Name == stream.Name)).Select(stage => stage.Name),
            IsErrors = platform.Catalog.Stages.Any(stage => stage.ErrorStream.Name == stream.Name),
            Schemas = Uris(stream, current).Select(uri => new { Version = VersionOf(uri), Uri = uri, IsCurrent = uri == current }),
            Sample = current is null ? null : Sample(stream, current),
        });
    }

    /// <summary><c>GET api/streams/NAME/schemas/VERSION</c>: the schema's text.</summary>
    public Task SchemaAsync(HttpContext http)
    {
        var stream = Find(platform, http);
        var version = (string)http.GetRouteValue("version")!;
        var uri = $"/{stream.SchemaTitle}/{version}";
        return SchemaVersion.TryParse(version, out _) && schemas.Document(uri) is { } document
            ? ConsoleJson.WriteAsync(http, new { Uri = uri, Text = JsonSerializer.Serialize(document, Report.Indented) })
            : throw ConsoleRefusal.Missing($"There is no schema '{Excerpt.Of(uri, 200)}'.");
    }

    /// <summary><c>GET api/streams/NAME/ddl?dialect=NAME</c>: the statements that create its table.</summary>
    public Task DdlAsync(HttpContext http)
    {
        var (stream, name) = (Find(platform, http), http.Request.Query["dialect"].ToString());
        var dialect = SqlDialect.Find(name) ?? throw ConsoleRefusal.Bad($"dialect is '{Excerpt.Of(name)}'; allowed is {string.Join(", ", SqlDialect.All.Select(known => known.Name))}.");
        var uri = Current(stream) ?? throw ConsoleRefusal.Missing($"Stream '{stream.Name}' has no schema in the repositories that are known here.");
        try
        {
            return ConsoleJson.WriteAsync(http, new { Dialect = dialect.Name, Text = dialect.Create(SqlTable.Read(schemas, uri), new SqlTarget(stream.Name, stream.Topics)).ToString() });
        }
        catch (SqlRefusedException refused)
        {
            throw new ConsoleRefusal(StatusCodes.Status422UnprocessableEntity, $"There is no such table in {dialect.Name}", $"{uri}: {string.Join(' ', refused.Refusals)}");
        }
    }

    /// <summary>The stream that a request names.</summary>
    /// <exception cref="ConsoleRefusal">There is no such stream.</exception>
    public static StreamDefinition Find(Platform platform, HttpContext http)
    {
        var name = (string)http.GetRouteValue("name")!;
        return platform.Streams.FirstOrDefault(stream => stream.Name == name)
            ?? throw ConsoleRefusal.Missing($"There is no stream '{Excerpt.Of(name)}'; the catalog has {string.Join(", ", platform.Streams.Select(known => known.Name))}.");
    }

    // What a stage writes it by, or else the newest.
    private string? Current(StreamDefinition stream) =>
        platform.Catalog.Stages.SelectMany(stage => stage.Outputs.Append(new StageOutput(stage.ErrorStream, stage.ErrorSchemaUri)))
            .Where(output => output.Stream.Name == stream.Name).Select(output => output.SchemaUri).MaxBy(VersionNumber)
        ?? schemas.LatestOf(stream.SchemaTitle);

    private IEnumerable<string> Uris(StreamDefinition stream, string? current) =>
        schemas.VersionsOf(stream.SchemaTitle).Concat(current is null ? [] : [current]).Distinct().OrderByDescending(VersionNumber);

    private static string VersionOf(string uri) => uri[(uri.LastIndexOf('/') + 1)..];

    private static SchemaVersion VersionNumber(string uri) => SchemaVersion.TryParse(VersionOf(uri), out var version) ? version : default;

    // The schema's example as an event of the stream, without what is filled in when it is sent.
    private JsonObject Sample(StreamDefinition stream, string uri)
    {
        var example = schemas.Document(uri)?.Child("examples") is { ValueKind: JsonValueKind.Array } examples && examples.GetArrayLength() > 0 && examples[0].ValueKind == JsonValueKind.Object
            ? JsonObject.Create(examples[0].Clone())! : [];
        example["$schema"] = uri;
        if (example["meta"] is not JsonObject meta)
        {
            example["meta"] = meta = [];
        }

        meta["stream"] = stream.Name;
        meta.Remove("id");
        meta.Remove("dt");
        return example;
    }
}
