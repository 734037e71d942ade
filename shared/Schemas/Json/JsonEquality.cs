using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>Compares JSON by value: numbers mathematically, strings by their text, objects without regard to order.</summary>
/// <remarks>The work is in proportion to the values' size. Values nested beyond the stack's room throw, never crash.</remarks>
internal sealed class JsonEquality : IEqualityComparer<JsonElement>
{
    private const int FewProperties = 16;

    /// <summary>The one instance.</summary>
    public static readonly JsonEquality Instance = new();

    private JsonEquality()
    {
    }

    /// <inheritdoc/>
    public bool Equals(JsonElement x, JsonElement y)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return x.ValueKind == y.ValueKind && x.ValueKind switch
        {
            JsonValueKind.Number => JsonNumber.Of(x).CompareTo(JsonNumber.Of(y)) == 0,
            JsonValueKind.String => Same(JsonText.Raw(x), JsonText.Raw(y)),
            JsonValueKind.Array => SameItems(x, y),
            JsonValueKind.Object => SameProperties(x, y),
            _ => true,
        };
    }

    /// <inheritdoc/>
    public int GetHashCode(JsonElement value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var hash = new HashCode();
        hash.Add((int)value.ValueKind);
        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                hash.Add(JsonNumber.Of(value).GetHashCode());
                break;
            case JsonValueKind.String:
                hash.AddBytes(JsonText.Unescape(JsonText.Raw(value)));
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    hash.Add(GetHashCode(item));
                }

                break;
            case JsonValueKind.Object:
                hash.Add(HashOf(value));
                break;
        }

        return hash.ToHashCode();
    }

    private int HashOf(JsonElement value)
    {
        // A sum, because the order of properties does not count.
        var sum = 0;
        foreach (var property in value.EnumerateObject())
        {
            var hash = new HashCode();
            hash.AddBytes(JsonText.Unescape(JsonMarshal.GetRawUtf8PropertyName(property)));
            hash.Add(GetHashCode(property.Value));
            sum = unchecked(sum + hash.ToHashCode());
        }

        return sum;
    }

    private static bool Same(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y) =>
        x.SequenceEqual(y) || JsonText.Unescape(x).SequenceEqual(JsonText.Unescape(y));

    private bool SameItems(JsonElement x, JsonElement y)
    {
        if (x.GetArrayLength() != y.GetArrayLength())
        {
            return false;
        }

        using var other = y.EnumerateArray();
        foreach (var item in x.EnumerateArray())
        {
            other.MoveNext();
            if (!Equals(item, other.Current))
            {
                return false;
            }
        }

        return true;
    }

    private bool SameProperties(JsonElement x, JsonElement y)
    {
        var count = x.GetPropertyCount();
        if (count != y.GetPropertyCount())
        {
            return false;
        }

        var index = count > FewProperties ? Index(y) : null;
        foreach (var property in x.EnumerateObject())
        {
            var name = JsonText.Unescape(JsonMarshal.GetRawUtf8PropertyName(property));
            var found = index is null
                ? Find(y, name, out var other)
                : index.TryGetValue(Encoding.Latin1.GetString(name), out other);
            if (!found || !Equals(property.Value, other))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Find(JsonElement value, ReadOnlySpan<byte> name, out JsonElement found)
    {
        foreach (var property in value.EnumerateObject())
        {
            if (JsonText.Unescape(JsonMarshal.GetRawUtf8PropertyName(property)).SequenceEqual(name))
            {
                found = property.Value;
                return true;
            }
        }

        found = default;
        return false;
    }

    // Latin-1 maps bytes to characters one to one, so that names stay distinct whatever bytes they have.
    private static Dictionary<string, JsonElement> Index(JsonElement value)
    {
        var index = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            index[Encoding.Latin1.GetString(JsonText.Unescape(JsonMarshal.GetRawUtf8PropertyName(property)))] = property.Value;
        }

        return index;
    }
}
