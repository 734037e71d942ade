using System.CommandLine;
using System.Text.RegularExpressions;

namespace Millrace.Local.Tests;

/// <summary>The command as Program.cs makes it, and what documents say may be given to it.</summary>
internal static partial class DocumentedCommands
{
    private static readonly string Program = Path.Combine(Corpus.Repository, "local", "Program.cs");

    /// <summary>The command with every verb that Program.cs adds, without running it.</summary>
    public static RootCommand Root()
    {
        var root = new RootCommand();
        DevCommand.AddTo(root);
        foreach (var name in AddedVerb().Matches(File.ReadAllText(Program)).Select(match => match.Groups["type"].Value).Distinct())
        {
            var type = typeof(DevCommand).Assembly.GetType($"Millrace.Local.{name}", throwOnError: true)!;
            var create = type.GetMethods().Single(method => method.Name == "Create" && method.GetParameters().All(parameter => parameter.IsOptional));
            root.Subcommands.Add((Command)create.Invoke(null, [.. create.GetParameters().Select(parameter => parameter.DefaultValue)])!);
        }

        return root;
    }

    /// <summary>The arguments of the command that a line of code runs; null where it runs something else.</summary>
    public static string[]? ArgumentsIn(string line) =>
        Command().Match(line) is { Success: true } match ? Words(match.Groups["arguments"].Value) : null;

    /// <summary>What the command would refuse; empty where it would begin to work.</summary>
    /// <param name="root">The command.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="isWhole">Whether nothing is left out: prose may name a verb without what it requires.</param>
    public static IEnumerable<string> Problems(RootCommand root, string[] arguments, bool isWhole)
    {
        var parsed = root.Parse(arguments);
        return isWhole ? parsed.Errors.Select(error => error.Message) : parsed.UnmatchedTokens;
    }

    // As a shell splits them, up to a comment, or where another command begins.
    private static string[] Words(string text) =>
        [.. Word().Matches(text).TakeWhile(match => !match.Groups["end"].Success).Select(match => Quote().Replace(match.Value, quote => quote.Value[1..^1]))];

    [GeneratedRegex(@"(?<end>[|&;>]|(?<!\S)#)|(?:[^\s'""|&;>]|'[^']*'|""[^""]*"")+")]
    private static partial Regex Word();

    [GeneratedRegex(@"'[^']*'|""[^""]*""")]
    private static partial Regex Quote();

    [GeneratedRegex(@"Subcommands\.Add\((?<type>\w+)\.Create\(\)\)")]
    private static partial Regex AddedVerb();

    [GeneratedRegex(@"^\s*(?:\$ )?(?:(?:…|dotnet run --project local)(?=$|\s+--\s|\s+#)(?:\s+--\s)?|millrace(?=$|\s))(?<arguments>.*)$")]
    private static partial Regex Command();
}
