using System.Collections;
using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Millrace.Core;

namespace Millrace.Hosting;

/// <summary>Puts settings into an options object, strictly: an unknown key, a value of another type or out of bounds is refused by its name.</summary>
internal static class SettingsBinder
{
    /// <param name="settings">The section with a child for each key.</param>
    /// <param name="options">What to fill; keys that are not set leave it as it is.</param>
    /// <param name="path">Where the section stands, for messages: <c>Stages:PageChange:Options</c>.</param>
    /// <exception cref="CatalogException">A key or a value is wrong.</exception>
    public static void Bind(IConfiguration settings, object options, string path)
    {
        var properties = options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (var setting in settings.GetChildren())
        {
            var property = Array.Find(properties, candidate => string.Equals(candidate.Name, setting.Key, StringComparison.OrdinalIgnoreCase))
                ?? throw new CatalogException($"{path}:{setting.Key} is unknown; allowed are {string.Join(", ", properties.Select(candidate => candidate.Name))}.");
            Bind(setting, options, property, $"{path}:{property.Name}");
        }

        OptionsCheck.Require(options, name => $"{path}:{name}");
    }

    private static void Bind(IConfigurationSection setting, object options, PropertyInfo property, string path)
    {
        switch (property.GetValue(options))
        {
            case IList list:
                list.Clear();
                foreach (var item in setting.GetChildren())
                {
                    list.Add(Value(item));
                }

                break;
            case IDictionary<string, string> map:
                foreach (var (key, value) in setting.AsEnumerable(makePathsRelative: true).Where(entry => entry.Value is not null))
                {
                    map[key] = value!;
                }

                break;
            case { } nested when !IsScalar(property.PropertyType):
                Bind(setting, nested, path);
                break;
            default:
                property.SetValue(options, Convert(Value(setting), property.PropertyType, path));
                break;
        }

        string Value(IConfigurationSection of) => of.Value ?? throw new CatalogException($"{path} is no single value.");
    }

    private static bool IsScalar(Type type) => type.IsValueType || type == typeof(string);

    private static object? Convert(string value, Type type, string path)
    {
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value);
        }
        catch (Exception cause) when (cause is ArgumentException or FormatException or NotSupportedException or OverflowException)
        {
            throw new CatalogException($"{path} is '{value}'; allowed is {OptionsCheck.Describe(Nullable.GetUnderlyingType(type) ?? type)}.", cause);
        }
    }
}
