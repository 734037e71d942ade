using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Schemas;

/// <summary>Finds schemas by their URI in an ordered list of bases, and keeps them compiled. Safe for concurrent use.</summary>
/// <remarks>
/// The bases are an allow-list: neither an event nor a <c>$ref</c> makes the repository read anything outside of them, and
/// a URI that is not of the form <c>/title/version</c> is refused before any look-up. A schema that was found stays for ever.
/// What was not found, or cannot be used, is remembered for a bounded time. One look-up goes on at a time: events with known
/// schemas never wait, and a flood of unknown ones neither fills memory nor reaches a base URI more often than
/// <see cref="SchemaRepositoryOptions.MaxUnknown"/> allows.
/// </remarks>
public sealed class SchemaRepository
{
    /// <summary>What schema URIs are relative to, for references between them.</summary>
    internal static readonly Uri Root = new("schema://repository/");

    private readonly SchemaRepositoryOptions _options;
    private readonly SchemaBase[] _bases;
    private readonly ConcurrentDictionary<string, CompiledSchema> _compiled = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CompiledSchema>.AlternateLookup<ReadOnlySpan<char>> _compiledBySpan;
    private readonly RefusedSchemas _refused;
    private readonly Lock _lookup = new();

    /// <summary>Opens the bases. Directories are checked now, base URIs are asked when a schema is looked for.</summary>
    /// <param name="options">The bases and limits.</param>
    /// <param name="client">For base URIs, or null where there are none; its handler must not follow redirects. Stays the caller's.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ValidationException">An option is out of its range.</exception>
    /// <exception cref="ArgumentException">A base is neither a directory nor an http(s) URI, or lacks the client.</exception>
    /// <exception cref="DirectoryNotFoundException">A base is a directory that does not exist.</exception>
    public SchemaRepository(SchemaRepositoryOptions options, HttpClient? client, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        _options = options;
        _bases = [.. options.Bases.Select(name => Open(name, options, client, time))];
        _refused = new RefusedSchemas(options, time);
        _compiledBySpan = _compiled.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Checks that a schema exists and can be used; for the start of a program.</summary>
    /// <param name="schemaUri">The schema, such as <c>/page/change/1.0.0</c>.</param>
    /// <exception cref="SchemaException">It does not, or cannot; the message lists the bases that were searched.</exception>
    public void Require(string schemaUri)
    {
        ArgumentNullException.ThrowIfNull(schemaUri);
        if (!TryFind(schemaUri, out _, out var error))
        {
            throw new SchemaException(schemaUri, "", $"{error.Message} Searched: {string.Join(", ", _bases.Select(place => $"'{place.Name}'"))}.");
        }
    }

    /// <summary>The document of a schema, as it stands in the first base that has it; null where none has. For tools, not for events: nothing is remembered.</summary>
    /// <param name="schemaUri">The schema, such as <c>/page/change/1.0.0</c>.</param>
    /// <exception cref="SchemaException">The document cannot be read, or a base cannot say.</exception>
    public JsonElement? Document(string schemaUri) => SchemaUri.IsValid(schemaUri) ? Read(new Uri(Root, schemaUri)) : null;

    /// <summary>The URI of a title's newest version, in the first base that has the title; null where none has.</summary>
    /// <remarks>A directory's by the names of its files; that of an address by the <c>$id</c> of <c>TITLE/latest</c>, as Wikimedia's repositories have it.</remarks>
    /// <param name="title">The title, such as <c>mediawiki/page/change</c>.</param>
    /// <exception cref="SchemaException">A base cannot say.</exception>
    public string? LatestOf(string title)
    {
        ArgumentNullException.ThrowIfNull(title);
        if (!SchemaUri.IsValid($"/{title}/latest"))
        {
            return null;
        }

        try
        {
            lock (_lookup)
            {
                return _bases.Select(place => LatestOf(place, title)).FirstOrDefault(uri => uri is not null);
            }
        }
        catch (SchemaUnavailableException unavailable)
        {
            throw new SchemaException($"/{title}/latest", "", $"cannot be looked up now: {unavailable.Message}", unavailable);
        }
    }

    /// <summary>The URIs of the versions that a title has in the bases that are directories, oldest first; an address cannot be asked for them.</summary>
    /// <param name="title">The title, such as <c>mediawiki/page/change</c>.</param>
    public IReadOnlyList<string> VersionsOf(string title)
    {
        ArgumentNullException.ThrowIfNull(title);
        return SchemaUri.IsValid($"/{title}/latest") ? [.. _bases.SelectMany(place => VersionsOf(place, title)).Distinct().Order().Select(version => $"/{title}/{version}")] : [];
    }

    private static IEnumerable<SchemaVersion> VersionsOf(SchemaBase place, string title)
    {
        foreach (var file in place.Files(title))
        {
            if (SchemaVersion.TryParse(Path.GetExtension(file) is ".json" or ".yaml" ? Path.GetFileNameWithoutExtension(file) : file, out var version))
            {
                yield return version;
            }
        }
    }

    private static string? LatestOf(SchemaBase place, string title)
    {
        if (VersionsOf(place, title).Select(version => (SchemaVersion?)version).Max() is { } newest)
        {
            return $"/{title}/{newest}";
        }

        foreach (var extension in SchemaFile.Extensions)
        {
            if (place.Read($"/{title}/latest{extension}") is { } content)
            {
                return SchemaFile.Parse($"/{title}/latest", extension, content).Child("$id").Text() is { } uri && SchemaUri.IsValid(uri) ? uri : null;
            }
        }

        return null;
    }

    /// <summary>Finds a schema, or says why there is none. Allocates nothing for one that was found before.</summary>
    internal bool TryFind(ReadOnlySpan<char> uri, [NotNullWhen(true)] out CompiledSchema? schema, [NotNullWhen(false)] out StageError? error)
    {
        error = null;
        return _compiledBySpan.TryGetValue(uri, out schema) || TryLookUp(uri, out schema, out error);
    }

    /// <summary>Finds a schema that was found before; looks nowhere else.</summary>
    internal bool TryGetCompiled(ReadOnlySpan<char> uri, [NotNullWhen(true)] out CompiledSchema? schema) =>
        _compiledBySpan.TryGetValue(uri, out schema);

    /// <summary>The document that an absolute URI names, as it stands in the first base that has it; null where it names none.</summary>
    /// <remarks>Nothing is remembered: for tools, not for events.</remarks>
    /// <exception cref="SchemaException">The document cannot be read, or a base cannot say.</exception>
    internal JsonElement? Read(Uri uri)
    {
        try
        {
            lock (_lookup)
            {
                return LoadReference(uri);
            }
        }
        catch (SchemaUnavailableException unavailable)
        {
            throw new SchemaException(uri.AbsolutePath, "", $"cannot be looked up now: {unavailable.Message}", unavailable);
        }
    }

    private bool TryLookUp(ReadOnlySpan<char> text, [NotNullWhen(true)] out CompiledSchema? schema, [NotNullWhen(false)] out StageError? error)
    {
        schema = null;
        if (!SchemaUri.IsValid(text))
        {
            error = new StageError(ErrorTypes.SchemaNotRelative, $"'.$schema' must be {SchemaUri.Form}, but is \"{Excerpt.Of(text)}\".");
            return false;
        }

        var uri = text.ToString();
        lock (_lookup)
        {
            if (_compiled.TryGetValue(uri, out schema))
            {
                error = null;
                return true;
            }

            if (_refused.TryGet(uri, out error))
            {
                return false;
            }

            if (_refused.IsFull && _bases.Any(place => place is HttpBase))
            {
                error = Unavailable(uri, $"{_options.MaxUnknown} unknown schemas were asked for within {_options.UnknownFor}, so no other is looked for now.");
                return false;
            }

            error = Compile(uri, out schema);
            if (schema is not null)
            {
                _compiled[uri] = schema;
            }
            else if (!error!.Transient)
            {
                _refused.Add(uri, error);
            }

            return schema is not null;
        }
    }

    private StageError? Compile(string uri, out CompiledSchema? schema)
    {
        schema = null;
        try
        {
            if (Load(uri) is not { } document)
            {
                return new StageError(ErrorTypes.UnknownSchema, $"'.$schema' names '{uri}', which no schema repository has.") { SchemaUri = uri };
            }

            schema = new CompiledSchema(uri, SchemaCompiler.Compile(new Uri(Root, uri), uri, document, LoadReference));
            return null;
        }
        catch (SchemaUnavailableException unavailable)
        {
            return Unavailable(uri, unavailable.Message);
        }
        catch (SchemaException broken)
        {
            return new StageError(ErrorTypes.InvalidSchema, $"'.$schema' names a schema that cannot be used. {broken.Message}") { SchemaUri = uri };
        }
    }

    private JsonElement? LoadReference(Uri uri) =>
        uri.GetLeftPart(UriPartial.Authority) + "/" == Root.AbsoluteUri && uri.Query.Length == 0 && SchemaUri.IsValid(uri.AbsolutePath)
            ? Load(uri.AbsolutePath)
            : null;

    private JsonElement? Load(string uri)
    {
        foreach (var place in _bases)
        {
            foreach (var extension in SchemaFile.Extensions)
            {
                if (place.Read(uri + extension) is { } content)
                {
                    return SchemaFile.Parse(uri, extension, content);
                }
            }
        }

        return null;
    }

    private static StageError Unavailable(string uri, string reason) =>
        new(ErrorTypes.SchemaUnavailable, $"'.$schema' names '{uri}', which cannot be looked up now: {reason}") { SchemaUri = uri, Transient = true };

    private static SchemaBase Open(string name, SchemaRepositoryOptions options, HttpClient? client, TimeProvider time)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new ArgumentException("A schema base must be a directory or an http(s) URI, but is empty.", nameof(options));
        }

        if (!name.Contains("://", StringComparison.Ordinal))
        {
            return new DirectoryBase(name, options.MaxSchemaBytes);
        }

        if (!Uri.TryCreate(name, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            throw new ArgumentException($"A schema base must be a directory or an http(s) URI without query and fragment, but is '{name}'.", nameof(options));
        }

        return client is null
            ? throw new ArgumentException($"The schema base '{name}' needs an HttpClient whose handler does not follow redirects.", nameof(client))
            : new HttpBase(uri, name, options, client, time);
    }
}
