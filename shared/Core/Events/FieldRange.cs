namespace Millrace.Core;

/// <summary>Where the JSON value of a field stands in an event's bytes.</summary>
/// <param name="Start">The place of its first byte.</param>
/// <param name="Length">How many bytes it has, quotes included; 0 where the event has no such field.</param>
public readonly record struct FieldRange(int Start, int Length)
{
    /// <summary>The value's bytes; empty where there is none.</summary>
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> utf8Json) => utf8Json.Slice(Start, Length);
}
