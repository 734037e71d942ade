using System.CommandLine;
using System.Text.Json;
using Millrace.Schemas;

namespace Millrace.Local;

/// <summary><c>millrace schema from-type</c>: a schema from a C# type.</summary>
internal static class SchemaFromTypeCommand
{
    private static readonly Argument<string> TypeName = new("TYPE") { Description = "The type: its full name, or its name alone where that is unique in the assembly." };

    private static readonly Option<string> Assembly = new("--assembly") { Description = "The assembly that has the type. Its XML documentation beside it becomes descriptions.", HelpName = "PATH", Required = true };

    private static readonly Option<string?> Title = new("--title") { Description = "The schema's title, such as page/change; the type's name in snake_case unless given.", HelpName = "TITLE" };

    private static readonly Option<string> Version = new("--version") { Description = "The schema's version.", HelpName = "MAJOR.MINOR.PATCH", DefaultValueFactory = _ => "1.0.0" };

    public static Command Create()
    {
        var command = new Command("from-type", """
            Print the event schema of a C# type: draft-07, closed, names in snake_case, with the fields that every event has
            ($schema, meta, dt) and an example. A member that may be null is an optional field, any other a required one.

            Examples:
              millrace schema from-type OrderPlaced --assembly bin/Orders.dll
              millrace schema from-type Shop.Orders.OrderPlaced --assembly bin/Orders.dll --title order/placed --version 1.1.0

            Exit codes: 0 printed; 1 the type has no event schema, and why; 2 an argument, the assembly or the type cannot be
            used.
            """)
        {
            TypeName, Assembly, Title, Version,
        };
        SchemaCommand.Run(command, Print);
        return command;
    }

    private static int Print(ParseResult parsed)
    {
        using var assembly = TypeAssembly.Load(parsed.GetValue(Assembly)!);
        var type = assembly.Find(parsed.GetValue(TypeName)!);
        var title = parsed.GetValue(Title) ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Name);
        var version = parsed.GetValue(Version)!;
        if (!SchemaVersion.TryParse(version, out _))
        {
            throw new UsageException($"--version is '{version}'; allowed is major.minor.patch, such as 1.0.0.");
        }

        var uri = $"/{title}/{version}";
        var error = parsed.InvocationConfiguration.Error;
        try
        {
            var schema = TypeSchema.Of(type, uri);
            var broken = SchemaCheck.Document(uri, schema).Where(finding => finding.Severity == FindingSeverity.Error).ToList();
            broken.ForEach(finding => error.WriteLine($"millrace: {type.FullName} at '{finding.Location}': {finding.Sentence}"));
            if (broken.Count == 0)
            {
                parsed.InvocationConfiguration.Output.Write(new MaterialisedSchema(type.FullName!, uri, schema).ToJson());
                return SchemaCommand.Good;
            }
        }
        catch (SchemaException wrong)
        {
            error.WriteLine($"millrace: {wrong.Message}");
        }

        return SchemaCommand.Bad;
    }
}
