namespace Microsoft.Azure.Functions.Worker;

/// <summary>A function.</summary>
public abstract class FunctionDefinition
{
    /// <summary>What tells the function from every other.</summary>
    public abstract string Id { get; }

    /// <summary>The name that its attribute gives it.</summary>
    public abstract string Name { get; }

    /// <summary>The method, as <c>Namespace.Type.Method</c>.</summary>
    public abstract string EntryPoint { get; }

    /// <summary>The file of the assembly that the method is in.</summary>
    public abstract string PathToAssembly { get; }
}
