using Microsoft.Extensions.Configuration;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Local;

/// <summary>The settings of a service that <c>infra/services.json</c> has: looked at as the app would at its start, since nobody looks on in a cluster.</summary>
internal sealed class ServiceSettings
{
    private const string Schemas = "Millrace:Schemas", Logging = "Logging";

    private readonly IConfiguration _configuration;

    /// <summary>Takes the settings of a service.</summary>
    /// <param name="options">What the file has of it.</param>
    /// <param name="service">Where, for messages.</param>
    /// <param name="section">The service's own section; others allowed are those of schemas and of logging.</param>
    /// <param name="secret">What of that section is secret, and comes from a Secret; null is none.</param>
    /// <exception cref="CatalogException">A setting is another's, or a secret.</exception>
    public ServiceSettings(ServiceOptions options, string service, string section, string? secret = null)
    {
        foreach (var key in options.Settings.Keys)
        {
            if (secret is not null && Within(key, secret))
            {
                throw new CatalogException($"{service}:Settings has {key}, which everybody who sees the manifests could read. Put it into the Secret.");
            }

            if (!new[] { section, Schemas, Logging }.Any(allowed => Within(key, allowed)))
            {
                throw new CatalogException($"{service}:Settings has {key}; allowed are {section}:*, {Schemas}:* and {Logging}:*.");
            }
        }

        _configuration = new ConfigurationBuilder().AddInMemoryCollection(options.Settings!).Build();
    }

    /// <summary>The addresses of schema repositories that are reached by another port than that of https.</summary>
    public IEnumerable<Uri> SchemaAddresses => _configuration.GetSection(Schemas).GetChildren()
        .Select(schemas => Uri.TryCreate(schemas.Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null)
        .OfType<Uri>().Where(address => address.Port != 443).Distinct();

    /// <summary>The section as the app would read it.</summary>
    /// <exception cref="CatalogException">A key is unknown, or a value is not allowed.</exception>
    public TOptions Read<TOptions>(string section)
        where TOptions : class, new() => SettingsSection.Bind<TOptions>(_configuration, section);

    /// <summary>The settings as literals of a ConfigMap, in the order of their names.</summary>
    /// <param name="shown">Settings that stand there even if nobody has set them, with the value that they have.</param>
    public IEnumerable<string> Literals(params (string Setting, string Value)[] shown) =>
        _configuration.AsEnumerable().Where(setting => setting.Value is not null).Select(setting => (Setting: setting.Key, Value: setting.Value!))
            .UnionBy(shown, setting => setting.Setting, StringComparer.OrdinalIgnoreCase)
            .OrderBy(setting => setting.Setting, StringComparer.Ordinal)
            .Select(setting => $"{setting.Setting.Replace(":", "__", StringComparison.Ordinal)}={setting.Value}");

    private static bool Within(string key, string section) =>
        key.StartsWith(section, StringComparison.OrdinalIgnoreCase) && (key.Length == section.Length || key[section.Length] == ':');
}
