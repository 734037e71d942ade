using Millrace.Schemas;

namespace Millrace.Local;

/// <summary>Opens schema repositories by where they are.</summary>
internal static class SchemaPlaces
{
    private static string OwnSchemas => Path.Combine(AppContext.BaseDirectory, "jsonschema");

    /// <summary>The repositories, asked in this order.</summary>
    /// <param name="places">Directories, or http(s) addresses; none means the app's own schemas.</param>
    /// <param name="client">What asks addresses.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="UsageException">One is neither.</exception>
    public static SchemaRepository Open(IEnumerable<string> places, HttpClient client, TimeProvider time)
    {
        var options = new SchemaRepositoryOptions();
        foreach (var place in places.DefaultIfEmpty(OwnSchemas))
        {
            options.Bases.Add(place);
        }

        try
        {
            return new SchemaRepository(options, client, time);
        }
        catch (Exception wrong) when (wrong is ArgumentException or IOException)
        {
            throw new UsageException(wrong.Message);
        }
    }

    /// <summary>The app's own schemas, and behind them those of other places: what is added cannot change what the platform's mean.</summary>
    public static IEnumerable<string> BehindOwn(IEnumerable<string> places) => places.Prepend(OwnSchemas);
}
