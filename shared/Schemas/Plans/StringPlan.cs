using System.Buffers;

namespace Millrace.Schemas;

/// <summary>The keywords about strings. The text is looked at where it stands; one with escapes is resolved into a buffer.</summary>
internal sealed class StringPlan(StringRules rules)
{
    private const int MaxBytesOnStack = 512;

    // A code point takes 12 bytes at most: a pair of escapes.
    private readonly long _surelyLong = rules.MinLength <= 1 ? rules.MinLength : rules.MinLength * 12L;

    /// <summary>Whether a string keeps the rules.</summary>
    public bool Admits(ref JsonScan scan, JsonStringToken text)
    {
        var raw = scan.Slice(text.Start, text.Length);
        return ((raw.Length >= _surelyLong && raw.Length <= rules.MaxLength) || HasLength(raw))
            && ((rules.Pattern is null && rules.Format is null) || (text.IsEscaped ? AdmitsEscaped(raw) : AdmitsText(raw)));
    }

    private bool HasLength(ReadOnlySpan<byte> raw) =>
        raw.Length >= rules.MinLength && JsonText.CountCodePoints(raw) is var length && length >= rules.MinLength && length <= rules.MaxLength;

    private bool AdmitsText(ReadOnlySpan<byte> text) =>
        (rules.Pattern is null || rules.Pattern.IsMatch(text)) && (rules.Format is null || rules.Format.Matches(text));

    private bool AdmitsEscaped(ReadOnlySpan<byte> raw)
    {
        byte[]? rented = null;
        var buffer = raw.Length <= MaxBytesOnStack
            ? stackalloc byte[MaxBytesOnStack]
            : rented = ArrayPool<byte>.Shared.Rent(raw.Length);
        var admits = AdmitsText(buffer[..JsonText.Unescape(raw, buffer)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return admits;
    }
}
