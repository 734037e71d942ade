namespace Millrace.Lookups.Tests;

internal static class Some
{
    public static Uri Uri { get; } = new("https://en.example.org/w/api.php?revids=7");

    /// <summary>Options under which every pause of the lookup's own is at most one second.</summary>
    public static LookupOptions Options(params string[] hosts)
    {
        var options = new LookupOptions { MaxDelay = TimeSpan.FromSeconds(1) };
        foreach (var host in hosts.DefaultIfEmpty("*.example.org"))
        {
            options.AllowedHosts.Add(host);
        }

        return options;
    }
}
