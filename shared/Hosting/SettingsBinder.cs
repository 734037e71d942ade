using System.Collections;
using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Millrace.Core;

namespace Millrace.Hosting;

/// <summary>Puts settings into an options object, strictly: an unknown key, a value of another type or out of bounds is refused by its name.</summary>
public static class SettingsBinder
{
    /// <summary>Fills the options and checks them.</summary>
    /// <param name="settings">The section with a child for each key.</param>
    /// <param name="options">What to fill; keys that are not set leave it as it is. A list that is set is replaced as a whole.</param>
    /// <param name="path">Where the section stands, for messages: <c>Stages:PageChange:Options</c>.</param>
    /// <exception cref="CatalogException">A key or a value is wrong.</exception>
    public static void Bind(IConfiguration settings, object options, string path)
    {
        Fill(settings, options, path);
        Check(options, path);
    }

    /// <summary>Fills the options from one of several places; they are whole, and to be checked, only after the last.</summary>
    /// <exception cref="CatalogException">A key is unknown, or its value is of another type.</exception>
    public static void Fill(IConfiguration settings, object options, string path)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        var properties = Properties(options);
        var allowed = string.Join(", ", properties.Select(property => property.Name));
        if (settings is IConfigurationSection { Value: { Length: > 0 } value })
        {
            throw new CatalogException($"{path} is '{value}'; allowed are keys below it: {allowed}.");
        }

        foreach (var setting in settings.GetChildren())
        {
            var property = Array.Find(properties, candidate => string.Equals(candidate.Name, setting.Key, StringComparison.OrdinalIgnoreCase))
                ?? throw new CatalogException($"{path}:{setting.Key} is unknown; allowed are {allowed}.");
            Fill(setting, options, property, $"{path}:{property.Name}");
        }
    }

    /// <summary>Checks the options and those within them against their bounds.</summary>
    /// <exception cref="CatalogException">A value is out of its bounds, or missing.</exception>
    public static void Check(object options, string path)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionsCheck.Require(options, name => $"{path}:{name}");
        foreach (var property in Properties(options).Where(property => !IsScalar(property.PropertyType)))
        {
            if (property.GetValue(options) is { } nested and not IEnumerable)
            {
                Check(nested, $"{path}:{property.Name}");
            }
        }
    }

    private static PropertyInfo[] Properties(object options) => options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);

    private static void Fill(IConfigurationSection setting, object options, PropertyInfo property, string path)
    {
        switch (property.GetValue(options))
        {
            case IList list:
                Replace(list, setting, property.PropertyType, path);
                break;
            case IDictionary<string, string> map:
                Require(setting, setting.Value is null or "", path, $"settings by their names, as {path}:NAME");
                foreach (var (key, value) in setting.AsEnumerable(makePathsRelative: true).Where(entry => entry.Value is not null))
                {
                    map[key] = value!;
                }

                break;
            case { } nested when !IsScalar(property.PropertyType):
                Fill(setting, nested, path);
                break;
            default:
                property.SetValue(options, Scalar(setting, property.PropertyType, path));
                break;
        }
    }

    private static void Replace(IList list, IConfigurationSection setting, Type type, string path)
    {
        // An empty list of a JSON file is an empty value here.
        Require(setting, setting.Value is null or "", path, $"a list, its items as {path}:0, {path}:1 and so on");
        list.Clear();
        foreach (var item in setting.GetChildren())
        {
            list.Add(Scalar(item, type.GetGenericArguments()[0], $"{path}:{item.Key}"));
        }
    }

    private static object? Scalar(IConfigurationSection setting, Type type, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var allowed = OptionsCheck.Describe(type);
        Require(setting, setting.Value is not null && !setting.GetChildren().Any(), path, allowed);
        if (type.IsEnum && OptionsCheck.Choices(type).FirstOrDefault(choice => string.Equals(choice.Name, setting.Value, StringComparison.OrdinalIgnoreCase)).Value is { } chosen)
        {
            return chosen;
        }

        try
        {
            var value = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(setting.Value!);

            // The converters take more than anybody means: a number that no name stands for, and days where seconds were meant.
            Require(setting, !type.IsEnum || Enum.IsDefined(type, value!), path, allowed);
            Require(setting, type != typeof(TimeSpan) || setting.Value!.Contains(':', StringComparison.Ordinal), path, allowed);
            return value;
        }
        catch (Exception cause) when (cause is ArgumentException or FormatException or NotSupportedException or OverflowException)
        {
            throw Wrong(setting, path, allowed, cause);
        }
    }

    private static bool IsScalar(Type type) => type.IsValueType || type == typeof(string);

    private static void Require(IConfigurationSection setting, bool right, string path, string allowed)
    {
        if (!right)
        {
            throw Wrong(setting, path, allowed);
        }
    }

    private static CatalogException Wrong(IConfigurationSection setting, string path, string allowed, Exception? cause = null)
    {
        var below = setting.GetChildren().FirstOrDefault();
        var value = below is not null ? $"has '{below.Key}' below it" : setting.Value is { } text ? $"is '{text}'" : "is null";
        return new CatalogException($"{path} {value}; allowed is {allowed}.", cause);
    }
}
