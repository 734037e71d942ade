namespace Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

/// <summary>Changes what the application tells the host of its functions, before the host binds them.</summary>
public interface IFunctionMetadataTransformer
{
    /// <summary>The transformer's name, for logs.</summary>
    string Name { get; }

    /// <summary>Changes the functions, in place.</summary>
    void Transform(IList<IFunctionMetadata> original);
}
