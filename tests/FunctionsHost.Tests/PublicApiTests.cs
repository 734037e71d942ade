using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost.Tests;

/// <summary>The stand-in offers what <c>local/FunctionsHost/api.txt</c> has, in the namespaces of the real worker, and nothing else.</summary>
/// <remarks>With <c>MILLRACE_APPROVE=1</c> the list is written anew: read the difference before it is committed.</remarks>
public sealed class PublicApiTests
{
    [Fact]
    public void The_public_surface_is_the_one_that_was_approved()
    {
        var path = Path.Combine(Root(), "local", "FunctionsHost", "api.txt");
        var surface = Surface().ToArray();
        if (Environment.GetEnvironmentVariable("MILLRACE_APPROVE") == "1")
        {
            File.WriteAllLines(path, surface);
        }

        Assert.Equal(File.ReadAllLines(path), surface);
    }

    private static IEnumerable<string> Surface() =>
        from type in typeof(FunctionAttribute).Assembly.GetExportedTypes()
        where type.Namespace!.StartsWith("Microsoft.", StringComparison.Ordinal)
        orderby type.FullName
        from line in Lines(type)
        select line;

    private static IEnumerable<string> Lines(Type type)
    {
        yield return $"{Kind(type)} {type.FullName}{(type.BaseType is { } parent && parent != typeof(object) && parent != typeof(Enum) && !type.IsSubclassOf(typeof(Delegate)) ? $" : {parent.Name}" : "")}";
        if (type.IsEnum)
        {
            foreach (var name in Enum.GetNames(type))
            {
                yield return $"  {name} = {Convert.ToInt32(Enum.Parse(type, name), System.Globalization.CultureInfo.InvariantCulture)}";
            }

            yield break;
        }

        foreach (var member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly).Select(Line).OfType<string>().Order(StringComparer.Ordinal))
        {
            yield return $"  {member}";
        }
    }

    private static string? Line(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        PropertyInfo property => $"{Name(property.PropertyType)} {property.Name} {{ {(property.CanRead ? "get; " : "")}{(property.SetMethod?.IsPublic == true ? "set; " : "")}}}",
        MethodInfo { IsSpecialName: false } method => $"{(method.IsStatic ? "static " : "")}{Name(method.ReturnType)} {method.Name}({Parameters(method)})",
        _ => null,
    };

    private static string Kind(Type type) =>
        type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsSubclassOf(typeof(Delegate)) ? "delegate"
        : type.IsAbstract && type.IsSealed ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter => $"{Name(parameter.ParameterType)} {parameter.Name}"));

    private static string Name(Type type) => !type.IsGenericType ? type.Name
        : $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Functions.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("Functions.sln is in no directory above the tests.");
        }

        return directory.FullName;
    }
}
