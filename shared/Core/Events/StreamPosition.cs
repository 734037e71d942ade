using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Millrace.Core;

/// <summary>Where a record stands: the address by which it can always be found again.</summary>
/// <param name="Topic">The Kafka topic.</param>
/// <param name="Partition">The partition of the topic, from 0.</param>
/// <param name="Offset">The offset within the partition, from 0.</param>
public readonly record struct StreamPosition(string Topic, int Partition, long Offset)
{
    /// <summary>The partition that the position is in.</summary>
    public StreamPartition StreamPartition => new(Topic, Partition);

    /// <summary>Reads <c>topic/partition/offset</c>.</summary>
    /// <returns>False where the text is something else.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out StreamPosition position)
    {
        position = default;
        if (text?.Split('/') is not [{ Length: > 0 } topic, var partition, var offset]
            || !int.TryParse(partition, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var at))
        {
            return false;
        }

        position = new StreamPosition(topic, number, at);
        return true;
    }

    /// <summary><c>topic/partition/offset</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Topic}/{Partition}/{Offset}");
}
