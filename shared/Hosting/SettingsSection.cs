using Microsoft.Extensions.Configuration;
using Millrace.Core;

namespace Millrace.Hosting;

/// <summary>Reads a section of the host's settings as strictly as the platform reads its own.</summary>
public static class SettingsSection
{
    /// <summary>The options of a section: the defaults of their class, and over them what is set.</summary>
    /// <param name="configuration">The host's settings.</param>
    /// <param name="name">The section, such as <c>Intake</c>.</param>
    /// <exception cref="CatalogException">A key is unknown, or a value is of another type or out of its bounds; the message names it.</exception>
    public static TOptions Bind<TOptions>(IConfiguration configuration, string name)
        where TOptions : class, new()
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var options = new TOptions();
        SettingsBinder.Bind(configuration.GetSection(name), options, name);
        return options;
    }
}
