using System.Reflection;
using System.Runtime.CompilerServices;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Where a function application begins.</summary>
public static class FunctionsApplication
{
    /// <summary>Creates the builder of an application with the functions of the calling assembly and of the process's own.</summary>
    /// <remarks>
    /// The calling one counts because an application may run inside another program, whose entry assembly knows no functions.
    /// Arguments are settings, as <c>--Name value</c> or <c>--Name=value</c>.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) =>
        new(args, [.. new[] { Assembly.GetCallingAssembly(), Assembly.GetEntryAssembly() }.OfType<Assembly>().Distinct()]);
}
