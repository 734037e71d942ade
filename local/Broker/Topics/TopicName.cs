namespace Millrace.Broker.Topics;

/// <summary>The rules for names of topics, which are Kafka's.</summary>
internal static class TopicName
{
    private const int MaxLength = 249;

    /// <summary>What is wrong with a name, in a sentence; null where nothing is.</summary>
    public static string? Wrong(string name) =>
        name.Length is 0 or > MaxLength ? $"A topic's name has {name.Length} characters; allowed are 1 to {MaxLength}."
        : name is "." or ".." ? $"A topic cannot be called '{name}'."
        : name.All(one => char.IsAsciiLetterOrDigit(one) || one is '.' or '_' or '-') ? null
        : $"A topic cannot be called '{name}': allowed are letters and digits of ASCII, '.', '_' and '-'.";
}
