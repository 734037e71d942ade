namespace Millrace.Intake;

/// <summary>Where a field stands in a body.</summary>
/// <param name="Start">Its first byte, counted from the body's.</param>
/// <param name="Length">Its bytes; 0 where the event has no such field.</param>
/// <param name="IsObject">Whether it is an object whose fields were looked at.</param>
/// <param name="IsEmpty">Whether that object has no fields.</param>
internal readonly record struct FieldPlace(int Start, int Length, bool IsObject, bool IsEmpty)
{
    /// <summary>Whether the event has the field.</summary>
    public bool Exists => Length > 0;

    /// <summary>Its JSON text.</summary>
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> body) => body.Slice(Start, Length);
}
