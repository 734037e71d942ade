using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Millrace.Local;

/// <summary>Decides which stream each line of a file goes to.</summary>
/// <remarks>
/// It is the stream that the line names (<c>meta.stream</c>), if that is a known one; else the one that the last line
/// before it named; else the one that the first line after it names. So broken lines go where their neighbours go,
/// and fail there.
/// </remarks>
public sealed class FeedRouter(IEnumerable<string> streams)
{
    private readonly FrozenSet<string> _streams = streams.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Reads a file and routes its lines.</summary>
    /// <remarks>A file that begins with lines that name no stream is read twice as far as to the first that does.</remarks>
    /// <exception cref="FeedException">No line of the file names a known stream, or a line is too long.</exception>
    public async IAsyncEnumerable<RoutedLine> RouteAsync(NdjsonFile file, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        string? stream = null;
        await foreach (var line in file.ReadAsync(cancellationToken))
        {
            stream = StreamOf(line.Bytes) ?? stream ?? await FirstNamedAsync(file, cancellationToken);
            yield return new RoutedLine(stream, line);
        }
    }

    /// <summary>The stream that a line names; null where it names none that is known, or is no JSON object.</summary>
    public string? StreamOf(ReadOnlySpan<byte> line) =>
        ReadName(line) is { } name && _streams.TryGetValue(name, out var stream) ? stream : null;

    private async Task<string> FirstNamedAsync(NdjsonFile file, CancellationToken cancellationToken)
    {
        await foreach (var line in file.ReadAsync(cancellationToken))
        {
            if (StreamOf(line.Bytes) is { } stream)
            {
                return stream;
            }
        }

        throw new FeedException(
            $"{file.Path}: no line names a stream that is an input. A line names one by \"meta\": {{\"stream\": \"…\"}}; "
            + $"the inputs are {(_streams.Count == 0 ? "none" : string.Join(", ", _streams.Order(StringComparer.Ordinal)))}.");
    }

    /// <summary>Reads <c>meta.stream</c>; of several, the last, as those do who read the event later.</summary>
    private static string? ReadName(ReadOnlySpan<byte> line)
    {
        string? name = null;
        try
        {
            var json = new Utf8JsonReader(line);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isMeta = json.ValueTextEquals("meta"u8);
                json.Read();
                name = isMeta ? null : name;
                if (isMeta && json.TokenType == JsonTokenType.StartObject)
                {
                    ReadMeta(ref json, ref name);
                }

                json.Skip();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A line that breaks off later still names the stream in whose error stream it is to end up.
        }

        return name;
    }

    private static void ReadMeta(ref Utf8JsonReader json, ref string? name)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isStream = json.ValueTextEquals("stream"u8);
            json.Read();
            if (isStream)
            {
                name = json.TokenType == JsonTokenType.String ? json.GetString() : null;
            }

            json.Skip();
        }
    }
}
