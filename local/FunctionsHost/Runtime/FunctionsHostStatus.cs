namespace Millrace.FunctionsHost;

/// <summary>How the functions of this host fare: a singleton among the application's services.</summary>
public sealed class FunctionsHostStatus
{
    private volatile FunctionStatus[] _functions = [];

    internal FunctionsHostStatus()
    {
    }

    /// <summary>The functions that the host runs, by name; none before it has started.</summary>
    public IReadOnlyList<FunctionStatus> Functions => _functions;

    /// <summary>Where functions with an HTTP trigger are called, such as <c>http://127.0.0.1:7071/</c>; null where the host listens nowhere.</summary>
    public Uri? HttpAddress { get; private set; }

    /// <summary>Waits until every function has had partitions assigned.</summary>
    /// <remarks>To be called when the host has started. A function whose topic does not exist, or whose group has more members than partitions, waits for as long as that lasts.</remarks>
    public Task WhenAssignedAsync(CancellationToken cancellation = default) =>
        Task.WhenAll(_functions.Select(function => function.Assigned)).WaitAsync(cancellation);

    internal void Started(IEnumerable<FunctionStatus> functions, Uri? address) => (HttpAddress, _functions) = (address, [.. functions]);
}
