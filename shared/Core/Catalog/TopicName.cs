namespace Millrace.Core;

/// <summary>What Kafka accepts as a topic's name: 1 to 249 of <c>a-z A-Z 0-9 . _ -</c>, and not <c>.</c> or <c>..</c>.</summary>
internal static class TopicName
{
    public static void Require(string name, string path)
    {
        if (name.Length is 0 or > 249 || name is "." or ".." || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
        {
            throw new CatalogException($"{path}: '{name}' cannot be a topic; allowed are 1 to 249 of a-z A-Z 0-9 . _ -");
        }
    }
}
