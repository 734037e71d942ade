namespace Millrace.FunctionsHost;

/// <summary>What a function is doing.</summary>
public enum FunctionState
{
    /// <summary>Has no partitions: they are not assigned yet, were taken away, or the consumer starts again after an error.</summary>
    Starting,

    /// <summary>Has partitions and waits for their records; or waits for requests, or for its schedule.</summary>
    Waiting,

    /// <summary>Runs.</summary>
    Running,

    /// <summary>Has stopped with the host.</summary>
    Stopped,
}
