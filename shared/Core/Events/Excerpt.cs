namespace Millrace.Core;

/// <summary>The beginning of a text, as a message shows it: an event or an answer may hold any amount.</summary>
public static class Excerpt
{
    /// <summary>The text, or its first characters and an ellipsis.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">How many characters are shown.</param>
    public static string Of(ReadOnlySpan<char> text, int length = 64) => text.Length <= length ? text.ToString() : $"{text[..length]}…";
}
