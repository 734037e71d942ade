using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Millrace.FunctionsHost;

/// <summary>Parts of a request's path as the parameters of a function.</summary>
internal static class RouteValue
{
    /// <summary>Whether a parameter of that type can take a part of the path.</summary>
    public static bool CanBe(Type type) => Of(type) == typeof(string) || Of(type) == typeof(int) || Of(type) == typeof(long) || Of(type) == typeof(Guid);

    /// <summary>The value, null where the route has none.</summary>
    /// <exception cref="BadHttpRequestException">The text is no value of that type; a constraint such as <c>{id:int}</c> keeps such requests away.</exception>
    public static object? Parse(string? text, Type type)
    {
        try
        {
            return text is null ? null
                : Of(type) == typeof(int) ? int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
                : Of(type) == typeof(long) ? long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
                : Of(type) == typeof(Guid) ? Guid.Parse(text, CultureInfo.InvariantCulture)
                : text;
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException)
        {
            throw new BadHttpRequestException($"A part of the path is no {Of(type).Name}.", wrong);
        }
    }

    private static Type Of(Type type) => Nullable.GetUnderlyingType(type) ?? type;
}
