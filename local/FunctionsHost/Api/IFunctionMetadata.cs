namespace Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

/// <summary>A function as the application tells the host of it.</summary>
public interface IFunctionMetadata
{
    /// <summary>The function's name.</summary>
    string? Name { get; }

    /// <summary>Its bindings, each a JSON object: <c>type</c>, <c>direction</c> and <c>name</c>, and the properties of the attribute in camel case.</summary>
    IList<string>? RawBindings { get; }
}
