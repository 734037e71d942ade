using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Hosting;

/// <summary>Opens the schema repositories that the settings name.</summary>
public static class SchemaSetup
{
    /// <summary>The schemas that come with the app.</summary>
    private static string OwnSchemas => Path.Combine(AppContext.BaseDirectory, "jsonschema");

    /// <summary>Opens them; the schemas that come with the app, where none is named.</summary>
    /// <param name="options">Where they are.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="CatalogException">One is neither a directory nor an address.</exception>
    public static SchemaRepository Open(MillraceOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
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
