using System.Globalization;
using System.Text;

namespace Millrace.Core;

/// <summary>Where the bytes of an event that failed stand, told by a header of its error event where <c>meta.source</c> does not say it all.</summary>
/// <remarks>
/// A replayed event that fails again has its original position in <c>meta.source</c>, but its bytes, which may have been
/// corrected, stand on the stage's replay topic. A mirror's copy has another offset than what outputs are named by.
/// The value is <c>topic/partition/offset</c>, with <c>/offset</c> behind it where a mirror's header told of one.
/// </remarks>
/// <param name="Position">Where the record stands that the stage was given.</param>
/// <param name="MirroredOffset">The offset by which its outputs are named, where a mirror's header told of one; else null. See <see cref="RecordOrigin"/>.</param>
public sealed record ErrorInput(StreamPosition Position, long? MirroredOffset)
{
    /// <summary>The header's name.</summary>
    public const string HeaderName = "millrace-error-input";

    private const int MaxLength = 512;

    /// <summary>The header for the error event of a record; null where <c>meta.source</c> says it all.</summary>
    /// <param name="input">The record that failed.</param>
    /// <param name="named">The position by which its outputs are named.</param>
    internal static RecordHeader? HeaderOf(EventRecord input, in StreamPosition named) => input.Replay is null && named == input.Position
        ? null
        : new RecordHeader(HeaderName, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{input.Position}{(named == input.Origin ? "" : $"/{named.Offset}")}")));

    /// <summary>Reads the header of an error event; null where it has none that can be read.</summary>
    public static ErrorInput? Read(EventRecord error)
    {
        ArgumentNullException.ThrowIfNull(error);
        var found = error.Headers.LastOrDefault(header => header.Name == HeaderName).Value;
        if (found is not { Length: <= MaxLength })
        {
            return null;
        }

        var parts = Encoding.ASCII.GetString(found).Split('/');
        long? mirrored = parts.Length == 4 && long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : null;
        return parts.Length is 3 or 4 && (parts.Length == 3 || mirrored is not null) && StreamPosition.TryParse(string.Join('/', parts[..3]), out var position)
            ? new ErrorInput(position, mirrored) : null;
    }
}
