namespace Millrace.Local;

/// <summary>A worker that a scaler starts and stops: a process, as a rule.</summary>
internal interface IReplica : IAsyncDisposable
{
    /// <summary>Done when it has ended, however; it does not fail.</summary>
    Task Ended { get; }

    /// <summary>Asks it to end what it has begun and then itself; returns at once.</summary>
    void Drain();

    /// <summary>Ends it at once.</summary>
    void Kill();
}
