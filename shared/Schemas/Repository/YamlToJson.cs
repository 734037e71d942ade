using System.Text;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Millrace.Schemas;

/// <summary>Turns a YAML document into JSON, typed by the core schema of YAML 1.2.</summary>
/// <remarks>
/// Quoted scalars are strings; plain ones that look like it are null, truth values and numbers, the numbers with all their
/// digits. Aliases are copied out, within a bound on the size of the JSON. What JSON has no word for is refused: several
/// documents, keys that are no scalars, infinities, tags beyond the core schema, and merge keys, which are YAML 1.1.
/// </remarks>
internal sealed class YamlToJson
{
    private const int MaxJsonBytes = 16 * 1024 * 1024;

    private readonly IParser _parser;
    private readonly int _maxDepth;
    private readonly Dictionary<string, byte[]> _anchors = new(StringComparer.Ordinal);
    private long _written;

    private YamlToJson(IParser parser, int maxDepth) => (_parser, _maxDepth) = (parser, maxDepth);

    /// <summary>Converts a document.</summary>
    /// <param name="yaml">The document in UTF-8.</param>
    /// <param name="maxDepth">How deep it may be nested.</param>
    /// <exception cref="FormatException">It is no YAML, or none that JSON can say.</exception>
    public static byte[] Convert(ReadOnlySpan<byte> yaml, int maxDepth)
    {
        if (!System.Text.Unicode.Utf8.IsValid(yaml))
        {
            throw new FormatException("it is not UTF-8");
        }

        try
        {
            using var text = new StringReader(Encoding.UTF8.GetString(yaml));
            return new YamlToJson(new Parser(text), maxDepth).Document();
        }
        catch (YamlException error)
        {
            throw new FormatException($"{error.Start}: {error.Message}", error);
        }
    }

    private byte[] Document()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            throw new FormatException("it is empty");
        }

        var json = Node(0);
        _parser.Consume<DocumentEnd>();
        return _parser.TryConsume<StreamEnd>(out _)
            ? json
            : throw new FormatException("it has several documents");
    }

    private byte[] Node(int depth)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();

        // The writer has room beyond the limit, so that the error is ours and names the place.
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = _maxDepth + 2, SkipValidation = true }))
        {
            WriteContent(json, depth);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private void Write(Utf8JsonWriter json, int depth)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            var copy = _anchors.GetValueOrDefault(alias.Value.Value)
                ?? throw Wrong(alias, $"the alias '*{alias.Value}' names no anchor before it");
            Spend(alias, copy.Length);
            json.WriteRawValue(copy, skipInputValidation: true);
        }
        else if (_parser.Current is NodeEvent { Anchor.IsEmpty: false } node)
        {
            var copy = Node(depth);
            _anchors[node.Anchor.Value] = copy;
            json.WriteRawValue(copy, skipInputValidation: true);
        }
        else
        {
            WriteContent(json, depth);
        }
    }

    private void WriteContent(Utf8JsonWriter json, int depth)
    {
        var current = _parser.Current!;
        if (depth > _maxDepth)
        {
            throw Wrong(current, $"it is nested deeper than {_maxDepth} levels");
        }

        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            Spend(scalar, scalar.Value.Length);
            YamlScalar.Write(scalar, json);
        }
        else if (_parser.TryConsume<SequenceStart>(out var sequence))
        {
            YamlScalar.CheckTag(sequence, "tag:yaml.org,2002:seq");
            json.WriteStartArray();
            while (!_parser.TryConsume<SequenceEnd>(out _))
            {
                Write(json, depth + 1);
            }

            json.WriteEndArray();
        }
        else
        {
            YamlScalar.CheckTag(_parser.Consume<MappingStart>(), "tag:yaml.org,2002:map");
            json.WriteStartObject();
            while (!_parser.TryConsume<MappingEnd>(out _))
            {
                json.WritePropertyName(Key());
                Write(json, depth + 1);
            }

            json.WriteEndObject();
        }
    }

    private string Key()
    {
        var current = _parser.Current!;
        if (!_parser.TryConsume<Scalar>(out var key))
        {
            throw Wrong(current, "a key must be a scalar");
        }

        Spend(key, key.Value.Length);
        return key is { Value: "<<", IsQuotedImplicit: false } ? throw Wrong(key, "merge keys ('<<') are not of YAML 1.2") : key.Value;
    }

    private void Spend(ParsingEvent at, int bytes)
    {
        _written += bytes + 1;
        if (_written > MaxJsonBytes)
        {
            throw Wrong(at, $"with its aliases copied out, it is larger than {MaxJsonBytes} bytes");
        }
    }

    private static FormatException Wrong(ParsingEvent at, string problem) => new($"{at.Start}: {problem}");
}
