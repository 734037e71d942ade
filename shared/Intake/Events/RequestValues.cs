using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Millrace.Core;

namespace Millrace.Intake;

/// <summary>What a request has to fill in, each value as JSON text; of one request, used by one thread.</summary>
/// <param name="headers">The headers that fill something, by their numbers less <see cref="FirstHeader"/>.</param>
/// <param name="request">The request's headers; null where there is no request.</param>
/// <param name="now">When it was received.</param>
internal sealed class RequestValues(IReadOnlyList<string> headers, IHeaderDictionary? request, DateTimeOffset now)
{
    /// <summary>The value that is an id of each event's own.</summary>
    public const int Id = 0;

    /// <summary>The value that is the time of receipt.</summary>
    public const int Time = 1;

    /// <summary>The first value that is a header's.</summary>
    public const int FirstHeader = 2;

    private const int MaxHeader = 1_024;

    private readonly byte[] _id = [(byte)'"', .. new byte[36], (byte)'"'];
    private readonly byte[] _time = Encoding.ASCII.GetBytes($"\"{Iso8601.Format(now)}\"");
    private readonly byte[]?[] _headers = new byte[]?[headers.Count];
    private readonly bool[] _isRead = new bool[headers.Count];

    /// <summary>When the request was received.</summary>
    public DateTimeOffset Now => now;

    /// <summary>Makes the id of the next event: a UUID of version 7, so that ids sort by the time of receipt.</summary>
    public void NextId() => Guid.CreateVersion7(now).TryFormat(_id.AsSpan(1), out _);

    /// <summary>A value; empty where the request has none, or one that is too long to be one.</summary>
    public ReadOnlySpan<byte> this[int value] => value switch
    {
        Id => _id,
        Time => _time,
        _ => Header(value - FirstHeader),
    };

    private byte[]? Header(int header)
    {
        if (!_isRead[header])
        {
            _isRead[header] = true;
            _headers[header] = request?[headers[header]].ToString() is { Length: > 0 and <= MaxHeader } text
                ? [(byte)'"', .. JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"']
                : null;
        }

        return _headers[header];
    }
}
