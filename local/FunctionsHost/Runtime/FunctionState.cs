namespace Millrace.FunctionsHost;

/// <summary>What a function is doing.</summary>
public enum FunctionState
{
    /// <summary>Has no partitions: they are not assigned yet, were taken away, or the consumer starts again after an error.</summary>
    Starting,

    /// <summary>Has partitions and waits for their records.</summary>
    Waiting,

    /// <summary>Runs a batch.</summary>
    Running,

    /// <summary>Has stopped with the host.</summary>
    Stopped,
}
