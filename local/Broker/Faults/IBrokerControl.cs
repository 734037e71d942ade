namespace Millrace.Broker.Faults;

/// <summary>What the control endpoint shows of a broker and does to it.</summary>
/// <remarks>Thread-safe. Going down or up again is no error.</remarks>
internal interface IBrokerControl
{
    /// <summary>Whether the broker answers its clients.</summary>
    bool IsUp { get; }

    /// <summary>The topics, each with the number of its partitions, in the order of their names.</summary>
    IReadOnlyList<KeyValuePair<string, int>> Topics { get; }

    /// <summary>Closes all connections, and answers nobody.</summary>
    Task DownAsync();

    /// <summary>Answers again.</summary>
    void Up();

    /// <summary>Fences the producer of a transactional id.</summary>
    /// <returns>False if there is no such transactional id.</returns>
    bool Fence(string transactionalId);
}
