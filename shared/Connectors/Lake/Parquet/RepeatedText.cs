namespace Millrace.Connectors;

/// <summary>Makes one string of a text that comes again and again.</summary>
internal sealed class RepeatedText
{
    private string _last = "";

    /// <summary>The text as a string.</summary>
    public string Of(ReadOnlySpan<char> text) => text.SequenceEqual(_last) ? _last : _last = text.ToString();
}
