using System.Text.Json;

namespace Millrace.Local;

/// <summary>Where a running <c>millrace dev --datacenters</c> takes orders, and the token that it wants to see: a file that only its user can read.</summary>
/// <param name="Address">Where it listens, on the loopback interface.</param>
/// <param name="Token">What every request has to bring.</param>
/// <param name="Catalog">The directory of the catalog that it runs.</param>
internal sealed record DevControlFile(Uri Address, string Token, string Catalog)
{
    private const string Name = "control";

    /// <summary>The directory of a run with datacenters, beside that of a run without: each has its own data.</summary>
    public static string Root(string data) => $"{data.TrimEnd('/', '\\')}-datacenters";

    /// <summary>Whether such a run is there, or was killed there.</summary>
    public static bool Exists(string data) => File.Exists(Path.Combine(Root(data), Name));

    /// <exception cref="UsageException">There is none: nothing runs there.</exception>
    public static DevControlFile Read(string data)
    {
        var path = Path.Combine(Root(data), Name);
        try
        {
            return JsonSerializer.Deserialize<DevControlFile>(File.ReadAllBytes(path)) ?? throw new JsonException("it is empty");
        }
        catch (Exception cause) when (cause is IOException or JsonException)
        {
            throw new UsageException($"'{path}' cannot be read: {cause.Message} Is 'millrace dev --datacenters' running in this directory? --data names another.");
        }
    }

    public void Write(string root)
    {
        var path = Path.Combine(root, Name);
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        JsonSerializer.Serialize(file, this);
    }

    public static void Delete(string root) => File.Delete(Path.Combine(root, Name));
}
