using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

namespace Millrace.FunctionsHost;

/// <summary>What transformers see of a function.</summary>
internal sealed class FunctionMetadata(string name, string binding) : IFunctionMetadata
{
    public string? Name => name;

    public IList<string>? RawBindings { get; } = [binding];
}
