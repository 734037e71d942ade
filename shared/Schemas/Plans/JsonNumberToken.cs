namespace Millrace.Schemas;

/// <summary>A number in a JSON text.</summary>
/// <param name="Start">The place of its first byte.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="IsSmall">Whether it is written without fraction and exponent, and with 18 digits at most.</param>
/// <param name="Small">The number, where it is small.</param>
internal readonly record struct JsonNumberToken(int Start, int Length, bool IsSmall, long Small);
