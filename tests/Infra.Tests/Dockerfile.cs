namespace Millrace.Infra.Tests;

/// <summary>A Dockerfile, as far as a test needs to know it: its stages, and what each says.</summary>
internal sealed class Dockerfile
{
    private readonly Dictionary<string, string> _arguments = [];

    public Dockerfile(string text)
    {
        foreach (var line in Lines(text))
        {
            var (word, rest) = line.IndexOf(' ') is var space and > 0 ? (line[..space], line[(space + 1)..].Trim()) : (line, "");
            if (word == "FROM")
            {
                Stages.Add(Stage.Of([.. Words(Expanded(rest)).Where(part => !part.StartsWith("--", StringComparison.Ordinal))]));
            }
            else if (Stages.Count > 0)
            {
                Stages[^1].Instructions.Add((word, rest));
            }
            else if (word == "ARG" && rest.Split('=') is [var name, var value])
            {
                _arguments[name] = value;
            }
        }
    }

    /// <summary>Its stages, in their order; the last is what is built by default.</summary>
    public List<Stage> Stages { get; } = [];

    public Stage this[string name] => Stages.Single(stage => stage.Name == name);

    public static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private string Expanded(string text) => _arguments.Aggregate(text, (expanded, argument) => expanded.Replace($"${{{argument.Key}}}", argument.Value, StringComparison.Ordinal));

    private static IEnumerable<string> Lines(string text) =>
        text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#');

    internal sealed record Stage(string Base, string? Name)
    {
        public List<(string Word, string Text)> Instructions { get; } = [];

        /// <summary>What an instruction says, each time that it stands there.</summary>
        public IEnumerable<string> All(string word) => Instructions.Where(instruction => instruction.Word == word).Select(instruction => instruction.Text);

        /// <summary>What is copied from the repository.</summary>
        public IEnumerable<string> Sources => All("COPY").Where(copy => !copy.StartsWith("--from", StringComparison.Ordinal)).SelectMany(copy => Words(copy)[..^1]);

        public static Stage Of(string[] words) => words is [var image, "AS", var name] ? new Stage(image, name) : new Stage(words[0], null);
    }
}
