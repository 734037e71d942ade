using Millrace.Schemas;

namespace Millrace.Hosting;

/// <summary>Opens the schema repositories that the settings name.</summary>
internal static class SchemaSetup
{
    /// <summary>The schemas that come with the app.</summary>
    private static string OwnSchemas => Path.Combine(AppContext.BaseDirectory, "jsonschema");

    public static SchemaRepository Open(MillraceOptions options, TimeProvider time)
    {
        var repository = new SchemaRepositoryOptions();
        foreach (var schemas in options.Schemas.DefaultIfEmpty(OwnSchemas))
        {
            repository.Bases.Add(schemas);
        }

        return new SchemaRepository(repository, options.Schemas.Any(IsAddress) ? CreateClient() : null, time);
    }

    private static bool IsAddress(string schemas) => schemas.StartsWith("http", StringComparison.OrdinalIgnoreCase);

    // What an address answers must not lead elsewhere.
    private static HttpClient CreateClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
}
