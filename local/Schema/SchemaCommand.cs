using System.CommandLine;
using Millrace.Schemas;

namespace Millrace.Local;

/// <summary><c>millrace schema</c>: the tools of a schema repository.</summary>
internal static class SchemaCommand
{
    /// <summary>All is well.</summary>
    public const int Good = 0;

    /// <summary>Something was found.</summary>
    public const int Bad = 1;

    /// <summary>An argument, a file or a schema cannot be used.</summary>
    public const int Unusable = 2;

    public static Command Create() => new("schema", "Check, compare, release and make the schemas of a repository.")
    {
        SchemaCheckCommand.Create(),
        SchemaDiffCommand.Create(),
        SchemaMaterialiseCommand.Create(),
        SchemaFromTypeCommand.Create(),
    };

    /// <summary>Gives a command its action; what cannot be used is told in one line, with exit code 2.</summary>
    public static void Run(Command command, Func<ParseResult, int> action) => command.SetAction(parsed =>
    {
        try
        {
            return action(parsed);
        }
        catch (Exception wrong) when (wrong is UsageException or SchemaException or IOException or UnauthorizedAccessException)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"millrace: {wrong.Message}");
            return Unusable;
        }
    });

    /// <summary>The value of an option that may be given with commas.</summary>
    public static string[] List(System.CommandLine.Parsing.ArgumentResult argument) =>
        [.. argument.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
