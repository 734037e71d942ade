using System.Reflection;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Millrace.FunctionsHost;

/// <summary>What the builder hands to the host.</summary>
/// <param name="HostFile">The path of <c>host.json</c>.</param>
/// <param name="Assemblies">Where functions are looked for.</param>
/// <param name="Middleware">What wraps every call, the outermost first.</param>
internal sealed record FunctionsApplicationParts(
    string HostFile,
    IReadOnlyList<Assembly> Assemblies,
    IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> Middleware);
