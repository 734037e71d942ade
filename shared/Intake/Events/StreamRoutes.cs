using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Intake;

/// <summary>The streams that are taken, and what is filled into their events.</summary>
internal sealed class StreamRoutes
{
    // What Wikimedia's stream configuration calls it, below a stream's producers.
    private const string Producer = "eventgate";
    private const string HeadersSetting = "enrich_fields_from_http_headers";

    private readonly Dictionary<string, StreamRoute> _routes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StreamRoute>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly List<string> _headers = [];
    private readonly string? _datacenter;

    /// <exception cref="CatalogException">A setting names a stream, a field or a header that cannot be.</exception>
    public StreamRoutes(IntakeOptions options, StreamCatalog catalog, string? datacenter)
    {
        (_bySpan, _datacenter) = (_routes.GetAlternateLookup<ReadOnlySpan<char>>(), datacenter);
        RequireStreams(options, catalog);
        List<StreamDefinition> streams = [.. catalog.Streams.Where(stream => IsTaken(stream.Name, options))];
        ErrorStream = options.ErrorStream is { Length: > 0 } errors ? Own(errors, "error", catalog) : null;
        TestStream = options.TestStream is { Length: > 0 } test ? Own(test, TestEvent.SchemaTitle, catalog) : null;
        if (TestStream is not null && !streams.Exists(stream => stream.Name == TestStream.Name))
        {
            streams.Add(TestStream);
        }

        // The map is whole before anything is filled by it.
        var fields = streams.ConvertAll(stream => (Stream: stream, Fields: FieldsOf(stream, options)));
        foreach (var (stream, filled) in fields)
        {
            _routes.Add(stream.Name, new StreamRoute(stream, TopicOf(stream, options), Map, filled));
        }
    }

    /// <summary>The fields that are looked at.</summary>
    public FieldMap Map { get; } = new();

    /// <summary>The headers that fill something.</summary>
    public IReadOnlyList<string> Headers => _headers;

    /// <summary>The stream of error events; null where there are none.</summary>
    public StreamDefinition? ErrorStream { get; }

    /// <summary>The stream of test events; null where there are none.</summary>
    public StreamDefinition? TestStream { get; }

    /// <summary>The streams that are taken.</summary>
    public IEnumerable<StreamDefinition> Streams => _routes.Values.Select(route => route.Stream);

    /// <summary>Finds a stream by its name.</summary>
    public bool TryGet(ReadOnlySpan<char> name, [NotNullWhen(true)] out StreamRoute? route) => _bySpan.TryGetValue(name, out route);

    private static bool IsTaken(string stream, IntakeOptions options) => options.Streams.Count == 0 || options.Streams.Any(name => Matches(name, stream));

    private static bool Matches(string name, string stream) => name.EndsWith('*') ? stream.StartsWith(name[..^1], StringComparison.Ordinal) : stream == name;

    private static void RequireStreams(IntakeOptions options, StreamCatalog catalog)
    {
        foreach (var name in options.Streams.Where(name => !catalog.Streams.Any(stream => Matches(name, stream.Name))))
        {
            throw new CatalogException($"Intake:Streams has '{name}', which no stream of the catalog is; it has {string.Join(", ", catalog.Streams.Select(stream => stream.Name))}.");
        }
    }

    private static StreamDefinition Own(string name, string title, StreamCatalog catalog)
    {
        var stream = catalog.TryGet(name, out var declared) ? declared : new StreamDefinition { Name = name, SchemaTitle = title, Topics = [name] };
        return stream.SchemaTitle == title ? stream : throw new CatalogException($"Stream '{name}' has the schema_title '{stream.SchemaTitle}'; what the intake writes to it has '{title}'.");
    }

    // A stream that other datacenters write need not be one that this one can.
    private string? TopicOf(StreamDefinition stream, IntakeOptions options)
    {
        try
        {
            return stream.TopicToWrite(_datacenter);
        }
        catch (CatalogException) when (!options.Streams.Contains(stream.Name))
        {
            return null;
        }
    }

    private List<FillSource> FieldsOf(StreamDefinition stream, IntakeOptions options)
    {
        var headers = new Dictionary<string, string>(options.HttpFields, StringComparer.Ordinal);
        var own = stream.Configuration.Child("producers").Child(Producer).Child(HeadersSetting);
        if (own.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in own.EnumerateObject())
            {
                headers[field.Name] = field.Value.ValueKind switch
                {
                    JsonValueKind.String => field.Value.GetString()!,
                    JsonValueKind.False => "",
                    _ => throw new CatalogException($"Stream '{stream.Name}': producers.{Producer}.{HeadersSetting}.{field.Name} is {field.Value.GetRawText()}; allowed is the name of a header, or false."),
                };
            }
        }

        List<FillSource> fields = [new(Map.Id, ["meta", "id"], RequestValues.Id), new(Map.Time, ["meta", "dt"], RequestValues.Time)];
        fields.AddRange(headers.Where(field => field.Value.Length > 0).Select(field => new FillSource(Map.Add(Checked(field.Key)), field.Key.Split('.'), ValueOf(field.Value))));
        return fields;
    }

    private static string Checked(string path) =>
        path.Split('.') is var names && names.Length <= 8 && names.All(name => name.Length > 0) && path is not ("$schema" or "meta" or "meta.stream" or "meta.id" or "meta.dt")
            ? path
            : throw new CatalogException($"Intake:HttpFields has the field '{path}'; allowed are up to eight names with dots between, other than $schema, meta.stream, meta.id and meta.dt.");

    private int ValueOf(string header)
    {
        if (!header.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new CatalogException($"Intake:HttpFields has the header '{header}'; allowed are letters, digits, - and _.");
        }

        var known = _headers.FindIndex(name => string.Equals(name, header, StringComparison.OrdinalIgnoreCase));
        if (known < 0)
        {
            known = _headers.Count;
            _headers.Add(header);
        }

        return RequestValues.FirstHeader + known;
    }
}
