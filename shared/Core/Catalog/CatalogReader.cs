using System.Text.Json;
using System.Text.Json.Serialization;

namespace Millrace.Core;

/// <summary>Reads a catalog's JSON strictly, and knows at every value where it stands.</summary>
internal readonly struct CatalogReader
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = default,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    private readonly JsonElement _element;

    private CatalogReader(JsonElement element, string path) => (_element, Path) = (element, path);

    public string Path { get; }

    public JsonElement Json => _element;

    public static CatalogReader Read(ReadOnlyMemory<byte> utf8Json, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8Json, new JsonDocumentOptions
            {
                AllowTrailingCommas = true,
                CommentHandling = JsonCommentHandling.Skip,
                AllowDuplicateProperties = false,
            });
            return new CatalogReader(document.RootElement.Clone(), file);
        }
        catch (JsonException cause)
        {
            throw new CatalogException($"{file} is no JSON: {cause.Message}", cause);
        }
    }

    /// <summary>The entries of one section of all files, refusing a name that two of them have.</summary>
    /// <param name="files">The files.</param>
    /// <param name="section">The section that is wanted; a file need not have it.</param>
    /// <param name="allowed">The sections that a file may have.</param>
    public static IEnumerable<(string Name, CatalogReader Entry)> Entries(IEnumerable<CatalogFile> files, string section, string[] allowed)
    {
        var places = new Dictionary<string, string>();
        foreach (var file in files)
        {
            foreach (var (_, entries) in Read(file.Utf8Json, file.Name).Fields(allowed).Where(field => field.Name == section))
            {
                foreach (var (name, entry) in entries.Fields())
                {
                    if (!places.TryAdd(name, file.Name))
                    {
                        throw new CatalogException($"{entry.Path}: '{name}' is in {places[name]}, too; leave it out of one of them.");
                    }

                    yield return (name, entry);
                }
            }
        }
    }

    /// <summary>The fields of an object, refusing any that is not among the allowed; the file's own <c>$schema</c> and <c>//</c> notes pass.</summary>
    public IEnumerable<(string Name, CatalogReader Value)> Fields(params string[] allowed)
    {
        if (_element.ValueKind != JsonValueKind.Object)
        {
            throw Wrong("an object");
        }

        foreach (var property in _element.EnumerateObject())
        {
            if (allowed.Length > 0 && !allowed.Contains(property.Name))
            {
                throw new CatalogException($"{Path}.{property.Name} is unknown; allowed are {string.Join(", ", allowed)}.");
            }

            yield return (property.Name, new CatalogReader(property.Value, $"{Path}.{property.Name}"));
        }
    }

    public string Text() => _element.ValueKind == JsonValueKind.String && _element.GetString() is { Length: > 0 } text ? text : throw Wrong("a text");

    /// <summary>The items of a list.</summary>
    public IReadOnlyList<CatalogReader> Items()
    {
        var path = Path;
        return _element.ValueKind == JsonValueKind.Array ? [.. _element.EnumerateArray().Select((item, index) => new CatalogReader(item, $"{path}[{index}]"))] : throw Wrong("a list");
    }

    public int Number(int min, int max) =>
        _element.ValueKind == JsonValueKind.Number && _element.TryGetInt32(out var number) && number >= min && number <= max ? number : throw Wrong($"a whole number from {min} to {max}");

    public bool Boolean() => _element.ValueKind is JsonValueKind.True or JsonValueKind.False ? _element.GetBoolean() : throw Wrong("true or false");

    public IReadOnlyList<string> Texts()
    {
        if (_element.ValueKind != JsonValueKind.Array || _element.GetArrayLength() == 0)
        {
            throw Wrong("a list of texts, not empty");
        }

        var (path, texts) = (Path, new List<string>());
        foreach (var item in _element.EnumerateArray())
        {
            texts.Add(new CatalogReader(item, $"{path}[{texts.Count}]").Text());
        }

        return texts;
    }

    /// <summary>An options object: every key must be one of its properties, of the right type and within its bounds.</summary>
    public T Bind<T>()
    {
        var path = Path;
        _ = Fields([.. typeof(T).GetProperties().Where(property => property.SetMethod is { IsPublic: true }).Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))]).Count();
        try
        {
            var options = _element.Deserialize<T>(Options)!;
            OptionsCheck.Require(options, name => $"{path}.{JsonNamingPolicy.CamelCase.ConvertName(name)}");
            return options;
        }
        catch (JsonException cause)
        {
            var key = cause.Path?.TrimStart('$', '.');
            var value = key is { Length: > 0 } && _element.TryGetProperty(key, out var found) ? found.GetRawText() : _element.GetRawText();
            var type = typeof(T).GetProperties().FirstOrDefault(property => string.Equals(property.Name, key, StringComparison.OrdinalIgnoreCase))?.PropertyType;
            throw new CatalogException($"{Path}.{key} is {value}; allowed is {OptionsCheck.Describe(type)}.", cause);
        }
    }

    /// <summary>That the value is not one of those that are allowed.</summary>
    public CatalogException Wrong(string allowed) => new($"{Path} is {Excerpt.Of(_element.GetRawText())}; allowed is {allowed}.");
}
