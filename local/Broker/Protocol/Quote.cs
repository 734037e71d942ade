namespace Millrace.Broker.Protocol;

/// <summary>What a client sent, as an error repeats it.</summary>
internal static class Quote
{
    private const int MaxLength = 250;

    /// <summary>The text in quotation marks; of a long one the beginning, since an answer has no room for two of the longest.</summary>
    public static string Of(string text) => text.Length <= MaxLength ? $"'{text}'" : $"'{text.AsSpan(0, MaxLength)}…'";
}
