using System.Reflection;
using System.Runtime.Loader;

namespace Millrace.Local;

/// <summary>An assembly that is looked at, in a context of its own.</summary>
/// <remarks>
/// What this program has itself (attributes above all) is shared with it, everything else comes from beside the assembly. No
/// code of the assembly is run but that of the attributes on its types.
/// </remarks>
internal sealed class TypeAssembly : IDisposable
{
    private readonly IsolatedContext _context;
    private readonly Assembly _assembly;
    private readonly string _path;

    private TypeAssembly(IsolatedContext context, Assembly assembly, string path) => (_context, _assembly, _path) = (context, assembly, path);

    /// <summary>Loads an assembly.</summary>
    /// <exception cref="UsageException">There is none at that path.</exception>
    public static TypeAssembly Load(string path)
    {
        var file = Path.GetFullPath(path);
        if (!File.Exists(file))
        {
            throw new UsageException($"--assembly is '{path}', which is no file. Build the project, and name the .dll in its output directory.");
        }

        var context = new IsolatedContext(file);
        try
        {
            return new TypeAssembly(context, context.LoadFromAssemblyPath(file), path);
        }
        catch (Exception wrong) when (wrong is BadImageFormatException or FileLoadException)
        {
            context.Unload();
            throw new UsageException($"--assembly is '{path}', which is no .NET assembly that this program can load: {wrong.Message}");
        }
    }

    /// <summary>Finds a type by its full name, or by its name alone.</summary>
    /// <exception cref="UsageException">There is none, or there are several; the message has names to choose from.</exception>
    public Type Find(string name)
    {
        var types = All();
        var found = types.Where(type => type.FullName == name).ToList() is { Count: > 0 } exact ? exact : types.Where(type => type.Name == name).ToList();
        return found switch
        {
            [{ IsGenericTypeDefinition: true }] => throw new UsageException($"'{name}' is generic; derive a record from it that says what of, and name that."),
            [var type] => type,
            [] => throw new UsageException($"'{name}' is no type of '{_path}'.{Suggest(types, name)}"),
            _ => throw new UsageException($"'{name}' is the name of several types; name one of {string.Join(", ", found.Select(type => type.FullName))}."),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _context.Unload();

    private Type[] All()
    {
        try
        {
            return _assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException partly)
        {
            return [.. partly.Types.OfType<Type>()];
        }
    }

    private static string Suggest(Type[] types, string name)
    {
        var candidates = types.Where(type => type is { IsPublic: true, IsGenericTypeDefinition: false, IsInterface: false })
            .OrderByDescending(type => type.Name.Contains(name, StringComparison.OrdinalIgnoreCase) || name.Contains(type.Name, StringComparison.OrdinalIgnoreCase))
            .ThenBy(type => type.FullName, StringComparer.Ordinal)
            .Take(5)
            .Select(type => type.FullName)
            .ToList();
        return candidates.Count == 0 ? " It has no public type." : $" It has {string.Join(", ", candidates)}{(types.Length > 5 ? " and others" : "")}.";
    }

    private sealed class IsolatedContext(string file) : AssemblyLoadContext(Path.GetFileName(file), isCollectible: true)
    {
        private readonly AssemblyDependencyResolver _resolver = new(file);

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            try
            {
                return Default.LoadFromAssemblyName(assemblyName);
            }
            catch (Exception absent) when (absent is FileNotFoundException or FileLoadException)
            {
                return _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
            }
        }
    }
}
