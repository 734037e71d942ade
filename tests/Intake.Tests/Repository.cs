using Millrace.Schemas;

namespace Millrace.Intake.Tests;

/// <summary>The project's own schemas.</summary>
internal static class Repository
{
    public static EventSchemas Schemas { get; } = Open(Path.Combine(AppContext.BaseDirectory, "jsonschema"));

    public static EventSchemas Open(string directory) => new(OpenRepository(directory));

    private static SchemaRepository OpenRepository(string directory)
    {
        var options = new SchemaRepositoryOptions();
        options.Bases.Add(directory);
        return new SchemaRepository(options, null, TimeProvider.System);
    }
}
