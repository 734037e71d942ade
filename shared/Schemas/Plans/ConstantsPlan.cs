using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>The keywords <c>enum</c> and <c>const</c>: strings by table, numbers by value, arrays and objects parsed.</summary>
internal sealed class ConstantsPlan
{
    private const int MaxBytesOnStack = 256;

    private readonly Utf8NameTable _strings;
    private readonly byte[][] _numbers;
    private readonly JsonElement[] _structures;
    private readonly int _literals;

    /// <summary>Sorts the constants by their kinds.</summary>
    public ConstantsPlan(IReadOnlyList<JsonElement> values)
    {
        _strings = new Utf8NameTable(values.Where(value => value.ValueKind == JsonValueKind.String).Select(value => JsonText.Unescape(JsonText.Raw(value)).ToArray()));
        _numbers = [.. values.Where(value => value.ValueKind == JsonValueKind.Number).Select(value => JsonMarshal.GetRawUtf8Value(value).ToArray())];
        _structures = [.. values.Where(value => value.ValueKind is JsonValueKind.Array or JsonValueKind.Object)];
        _literals = values.Aggregate(0, (bits, value) => bits | (1 << (int)value.ValueKind));
    }

    /// <summary>Whether a value, which is JSON, equals one of the constants.</summary>
    public bool Admit(ReadOnlySpan<byte> json) => json[0] switch
    {
        (byte)'"' => AdmitString(json[1..^1]),
        (byte)'t' => Has(JsonValueKind.True),
        (byte)'f' => Has(JsonValueKind.False),
        (byte)'n' => Has(JsonValueKind.Null),
        (byte)'{' => Has(JsonValueKind.Object) && AdmitStructure(json),
        (byte)'[' => Has(JsonValueKind.Array) && AdmitStructure(json),
        _ => AdmitNumber(json),
    };

    private bool Has(JsonValueKind kind) => (_literals & (1 << (int)kind)) != 0;

    private bool AdmitString(ReadOnlySpan<byte> raw)
    {
        if (!raw.Contains((byte)'\\'))
        {
            return _strings.Find(raw) >= 0;
        }

        byte[]? rented = null;
        var buffer = raw.Length <= MaxBytesOnStack
            ? stackalloc byte[MaxBytesOnStack]
            : rented = ArrayPool<byte>.Shared.Rent(raw.Length);
        var admitted = _strings.Find(buffer[..JsonText.Unescape(raw, buffer)]) >= 0;
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return admitted;
    }

    private bool AdmitNumber(ReadOnlySpan<byte> json)
    {
        foreach (var number in _numbers)
        {
            if (JsonNumber.Of(number).CompareTo(JsonNumber.Of(json)) == 0)
            {
                return true;
            }
        }

        return false;
    }

    private bool AdmitStructure(ReadOnlySpan<byte> json)
    {
        var value = JsonElement.Parse(json);
        foreach (var structure in _structures)
        {
            if (JsonEquality.Instance.Equals(structure, value))
            {
                return true;
            }
        }

        return false;
    }
}
