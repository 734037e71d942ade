using Microsoft.Extensions.Configuration;

namespace Millrace.FunctionsHost;

/// <summary>Finds and reads <c>host.json</c>.</summary>
internal static class HostFile
{
    /// <summary>The section of the settings that overrides <c>host.json</c>, key by key, as it does in the real host.</summary>
    public const string Overrides = "AzureFunctionsJobHost";

    private const string Name = "host.json";
    private const string RootSetting = "AzureWebJobsScriptRoot";

    /// <summary>The file's path: in the directory that the setting names, else above the current directory, else above the program's.</summary>
    public static string Find(IConfiguration settings)
    {
        if (settings[RootSetting] is { Length: > 0 } root)
        {
            var named = Path.GetFullPath(Path.Combine(root, Name));
            return File.Exists(named) ? named : throw new FunctionsHostException($"The setting {RootSetting} is '{root}', but there is no {named}.");
        }

        string[] starts = [Directory.GetCurrentDirectory(), AppContext.BaseDirectory];
        return starts.Select(FindAbove).OfType<string>().FirstOrDefault()
            ?? throw new FunctionsHostException($"There is no {Name} in {string.Join(" or ", starts)} or above; the setting {RootSetting} can name its directory.");
    }

    /// <summary>The file's keys, overridden by the settings.</summary>
    public static IConfiguration Read(string path, IConfiguration settings)
    {
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(path, optional: false)
                .AddConfiguration(settings.GetSection(Overrides))
                .Build();
        }
        catch (InvalidDataException error)
        {
            throw new FunctionsHostException($"{path} is not JSON: {(error.InnerException ?? error).Message}", error);
        }
    }

    private static string? FindAbove(string start)
    {
        for (var directory = new DirectoryInfo(start); directory is not null; directory = directory.Parent)
        {
            var candidate = Path.Combine(directory.FullName, Name);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
