using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Hosting;

/// <summary>Opens the schema repositories that the settings name.</summary>
internal static class SchemaSetup
{
    /// <summary>The schemas that come with the app.</summary>
    private static string OwnSchemas => Path.Combine(AppContext.BaseDirectory, "jsonschema");

    /// <exception cref="CatalogException">One is neither a directory nor an address.</exception>
    public static SchemaRepository Open(MillraceOptions options, TimeProvider time)
    {
        var repository = new SchemaRepositoryOptions();
        foreach (var schemas in options.Schemas.DefaultIfEmpty(OwnSchemas))
        {
            repository.Bases.Add(schemas);
        }

        try
        {
            return new SchemaRepository(repository, options.Schemas.Any(IsAddress) ? CreateClient() : null, time);
        }
        catch (Exception cause) when (cause is ArgumentException or IOException)
        {
            throw new CatalogException($"Millrace:Schemas cannot be used: {cause.Message}", cause);
        }
    }

    private static bool IsAddress(string schemas) => schemas.StartsWith("http", StringComparison.OrdinalIgnoreCase);

    // What an address answers must not lead elsewhere.
    private static HttpClient CreateClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
}
