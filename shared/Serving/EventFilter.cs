using System.Text;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Serving;

/// <summary>Which events a client wants, told from their bytes: never canaries, nor what is no JSON object.</summary>
/// <remarks>
/// A filter is <c>PATH:VALUE</c>: the field at the dotted path is that text, or is written so where it is a number, <c>true</c>, <c>false</c>
/// or <c>null</c>. In arrays, any element will do. Several filters of one path are alternatives; all paths have to match.
/// </remarks>
internal sealed class EventFilter
{
    private const int MaxFilters = 16;
    private const int MaxLength = 512;
    private const int MaxDepth = 16;

    private readonly FilterField _root;
    private readonly uint _wanted;

    private EventFilter(FilterField root, uint wanted) => (_root, _wanted) = (root, wanted);

    /// <summary>Reads filters.</summary>
    /// <exception cref="StreamRefusedException">There are too many, or one is none.</exception>
    public static EventFilter Of(IReadOnlyList<string?> filters)
    {
        if (filters.Count > MaxFilters)
        {
            throw new StreamRefusedException(400, $"The query has {filters.Count} filters; allowed are {MaxFilters}.");
        }

        var root = new FilterField();
        root.At(["meta", "domain"]).IsDomain = true;
        var bits = 0;
        foreach (var filter in filters)
        {
            var colon = filter?.IndexOf(':', StringComparison.Ordinal) ?? -1;
            var path = colon > 0 ? filter![..colon].Split('.') : [];
            if (colon <= 0 || filter!.Length > MaxLength || path.Length > MaxDepth || path.Contains(""))
            {
                throw new StreamRefusedException(400,
                    $"filter is '{Excerpt.Of(filter ?? "")}'; allowed is PATH:VALUE, such as page.page_id:17, of at most {MaxLength} characters and {MaxDepth} names.");
            }

            var field = root.At(path);
            field.Bit = field.Bit == 0 ? 1u << bits++ : field.Bit;
            field.Values.Add(Encoding.UTF8.GetBytes(filter[(colon + 1)..]));
        }

        return new EventFilter(root, (1u << bits) - 1);
    }

    /// <summary>Whether the client wants an event. It is read once, and nothing is allocated.</summary>
    public bool Accepts(ReadOnlySpan<byte> utf8Json)
    {
        var reader = new Utf8JsonReader(utf8Json);
        var matched = 0u;
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject
                && ReadObject(ref reader, _root, ref matched)
                && !reader.Read()
                && matched == _wanted;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // False for a canary: nothing else of it matters.
    private static bool ReadObject(ref Utf8JsonReader reader, FilterField fields, ref uint matched)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = fields.Below(ref reader);
            reader.Read();
            if (field is null)
            {
                reader.Skip();
            }
            else if (!ReadValue(ref reader, field, ref matched))
            {
                return false;
            }
        }

        return true;
    }

    private static bool ReadValue(ref Utf8JsonReader reader, FilterField field, ref uint matched)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(ref reader, field, ref matched);
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (!ReadValue(ref reader, field, ref matched))
                    {
                        return false;
                    }
                }

                return true;
            default:
                matched |= field.Matches(ref reader) ? field.Bit : 0;
                return !field.IsDomain || reader.TokenType != JsonTokenType.String || !reader.ValueTextEquals("canary"u8);
        }
    }
}
