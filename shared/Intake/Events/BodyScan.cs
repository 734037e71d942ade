using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Millrace.Core;

namespace Millrace.Intake;

/// <summary>A body read once: where its events stand, and in each of them the fields that the intake looks at.</summary>
internal sealed class BodyScan : IDisposable
{
    // An event may be as deep as the validator goes; an array is one level more.
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 65 };

    private readonly ReadOnlyMemory<byte> _body;
    private readonly FieldMap _map;
    private readonly List<FieldRange> _events = [];
    private FieldPlace[] _places;

    private BodyScan(ReadOnlyMemory<byte> body, FieldMap map)
    {
        (_body, _map) = (body, map);
        _places = ArrayPool<FieldPlace>.Shared.Rent(map.Count);
    }

    /// <summary>How many events there are, at least one.</summary>
    public int Count => _events.Count;

    /// <summary>The body.</summary>
    public ReadOnlySpan<byte> Body => _body.Span;

    /// <summary>Reads a body.</summary>
    /// <param name="body">One object or an array; it must outlive the scan.</param>
    /// <param name="map">The fields to look at.</param>
    /// <param name="maxEvents">How many events are allowed.</param>
    /// <exception cref="RequestRefusal">It is neither, or has too many events, or a number that no reader could hold.</exception>
    public static BodyScan Read(ReadOnlyMemory<byte> body, FieldMap map, int maxEvents)
    {
        var scan = new BodyScan(body, map);
        try
        {
            scan.Read(maxEvents);
            return scan;
        }
        catch (Exception broken)
        {
            scan.Dispose();
            throw broken switch
            {
                JsonException json => Broken($"The body is not JSON, at line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}."),
                InvalidOperationException => Broken("The body has a name with half a surrogate pair, which is no text."),
                _ => broken,
            };
        }
    }

    /// <summary>Where an event stands in the body.</summary>
    public FieldRange RangeOf(int index) => _events[index];

    /// <summary>An event's fields, by the numbers of the map.</summary>
    public ReadOnlySpan<FieldPlace> PlacesOf(int index) => _places.AsSpan(index * _map.Count, _map.Count);

    public void Dispose()
    {
        ArrayPool<FieldPlace>.Shared.Return(_places);
        _places = [];
    }

    private void Read(int maxEvents)
    {
        if (!Utf8.IsValid(_body.Span))
        {
            throw Broken("The body is not UTF-8.");
        }

        var reader = new Utf8JsonReader(_body.Span, Strict);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            ReadEvent(ref reader, maxEvents);
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                ReadEvent(ref reader, maxEvents);
            }
        }
        else
        {
            throw Broken("The body must be a JSON object, or an array of objects.");
        }

        // What follows is none of it.
        while (reader.Read())
        {
        }

        if (Count == 0)
        {
            throw Broken("");
        }
    }

    private void ReadEvent(ref Utf8JsonReader reader, int maxEvents)
    {
        if (Count == maxEvents)
        {
            throw new RequestRefusal(StatusCodes.Status413PayloadTooLarge, $"The body has more than {maxEvents} events.");
        }

        var first = Count * _map.Count;
        if (first + _map.Count > _places.Length)
        {
            var grown = ArrayPool<FieldPlace>.Shared.Rent(2 * (first + _map.Count));
            _places.AsSpan(0, first).CopyTo(grown);
            ArrayPool<FieldPlace>.Shared.Return(_places);
            _places = grown;
        }

        var places = _places.AsSpan(first, _map.Count);
        places.Clear();
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            ReadObject(ref reader, 0, places);
        }
        else
        {
            Skip(ref reader);
        }

        _events.Add(new FieldRange(start, (int)reader.BytesConsumed - start));
    }

    private void ReadObject(ref Utf8JsonReader reader, int node, Span<FieldPlace> places)
    {
        var start = (int)reader.TokenStartIndex;
        var isEmpty = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            isEmpty = false;
            var child = _map.Find(node, ref reader);
            reader.Read();
            var at = (int)reader.TokenStartIndex;
            if (child >= 0 && reader.TokenType == JsonTokenType.StartObject && _map.ChildrenOf(child).Count > 0)
            {
                ReadObject(ref reader, child, places);
                continue;
            }

            Skip(ref reader);
            if (child >= 0)
            {
                places[child] = new FieldPlace(at, (int)reader.BytesConsumed - at, IsObject: false, IsEmpty: false);
            }
        }

        places[node] = new FieldPlace(start, (int)reader.BytesConsumed - start, IsObject: true, isEmpty);
    }

    private static void Skip(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        var isComposed = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        do
        {
            if (reader.TokenType == JsonTokenType.Number)
            {
                Require(reader.ValueSpan);
            }
        }
        while (isComposed && reader.Read() && reader.CurrentDepth > depth);
    }

    // A number that others read as infinite, or do not read at all, is told to whoever sent it.
    private static void Require(ReadOnlySpan<byte> number)
    {
        const int Long = 1_024;
        if (number.Length > Long || (number.IndexOfAny((byte)'e', (byte)'E') is var exponent && (exponent >= 0 || number.Length > 300)
            && !(double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))))
        {
            throw Broken($"The body has a number beyond a double's range, or of more than {Long} characters.");
        }
    }

    private static RequestRefusal Broken(string reason) => new(StatusCodes.Status400BadRequest, reason);
}
