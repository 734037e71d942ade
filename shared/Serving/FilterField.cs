using System.Text;
using System.Text.Json;

namespace Millrace.Serving;

/// <summary>A field that a filter looks at, and those below it.</summary>
internal sealed class FilterField
{
    private readonly List<(byte[] Name, FilterField Field)> _below = [];

    /// <summary>The values of which it is to have one.</summary>
    public List<byte[]> Values { get; } = [];

    /// <summary>Stands for it among the fields that matched; 0 where it is only on the way to others.</summary>
    public uint Bit { get; set; }

    /// <summary>Whether it is <c>meta.domain</c>, by which a canary is told.</summary>
    public bool IsDomain { get; set; }

    /// <summary>The field at the end of a path; made where there is none.</summary>
    public FilterField At(ReadOnlySpan<string> path)
    {
        if (path.IsEmpty)
        {
            return this;
        }

        var name = Encoding.UTF8.GetBytes(path[0]);
        var field = _below.Find(known => known.Name.AsSpan().SequenceEqual(name)).Field;
        if (field is null)
        {
            _below.Add((name, field = new FilterField()));
        }

        return field.At(path[1..]);
    }

    /// <summary>The field below this of the name that the reader is at; null where no filter looks at it.</summary>
    public FilterField? Below(ref Utf8JsonReader reader)
    {
        foreach (var (name, field) in _below)
        {
            if (reader.ValueTextEquals(name))
            {
                return field;
            }
        }

        return null;
    }

    /// <summary>Whether the scalar that the reader is at is one of the values.</summary>
    public bool Matches(ref Utf8JsonReader reader)
    {
        foreach (var value in Values)
        {
            if (reader.TokenType == JsonTokenType.String ? reader.ValueTextEquals(value) : reader.ValueSpan.SequenceEqual(value))
            {
                return true;
            }
        }

        return false;
    }
}
