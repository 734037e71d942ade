namespace Millrace.Local;

/// <summary>Where a repository has what the tools look for.</summary>
internal static class RepositoryRoot
{
    /// <summary>The file of the datacenters, from the root.</summary>
    public const string Datacenters = "infra/datacenters.json";

    /// <summary>The file that says how services are deployed, from the root; there may be none.</summary>
    public const string Services = "infra/services.json";

    private const string Mark = "functions/stages.json";

    /// <summary>The repository that a directory is in, or is.</summary>
    /// <param name="directory">The directory; null is the current one.</param>
    /// <exception cref="UsageException">It is in none.</exception>
    public static string Find(string? directory)
    {
        var start = Path.GetFullPath(directory ?? ".");
        for (var at = new DirectoryInfo(start); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, Mark)))
            {
                return at.FullName;
            }
        }

        throw new UsageException($"'{start}' is in no Millrace repository: neither it nor a directory above it has {Mark}. Name the repository, or go there.");
    }

    /// <summary>The directory of the function app, which has the catalog.</summary>
    public static string Functions(string root) => Path.Combine(root, "functions");

    /// <summary>The directory of the repository's own schemas.</summary>
    public static string OwnSchemas(string root) => Path.Combine(root, "shared", "jsonschema");
}
