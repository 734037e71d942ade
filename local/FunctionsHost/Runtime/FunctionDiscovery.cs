using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace Millrace.FunctionsHost;

/// <summary>Finds the functions of assemblies, and of these the ones that this host runs.</summary>
internal static class FunctionDiscovery
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The functions that <c>functions</c> of the host's configuration names, or all if it names none; only these are checked.</summary>
    public static IReadOnlyList<FunctionMethod> Discover(IEnumerable<Assembly> assemblies, IConfiguration host)
    {
        var methods = new SortedDictionary<string, MethodInfo>(StringComparer.OrdinalIgnoreCase);
        foreach (var method in assemblies.SelectMany(assembly => assembly.GetTypes()).SelectMany(type => type.GetMethods(Declared)))
        {
            if (method.GetCustomAttribute<FunctionAttribute>() is { } function && !methods.TryAdd(function.Name, method))
            {
                throw new FunctionsHostException($"Two functions are named '{function.Name}': {Describe(methods[function.Name])} and {Describe(method)}.");
            }
        }

        var names = host.GetSection("functions").GetChildren().Select(name => name.Value).OfType<string>().ToArray();
        if (names.FirstOrDefault(name => !methods.ContainsKey(name)) is { } unknown)
        {
            throw new FunctionsHostException($"The setting {HostFile.Overrides}:functions names '{unknown}', but no function has that name. There are {string.Join(", ", methods.Keys)}.");
        }

        return [.. methods
            .Where(method => names.Length == 0 || names.Contains(method.Key, StringComparer.OrdinalIgnoreCase))
            .Select(method => new FunctionMethod(method.Key, method.Value))];
    }

    private static string Describe(MethodInfo method) => $"{method.DeclaringType!.FullName}.{method.Name}";
}
