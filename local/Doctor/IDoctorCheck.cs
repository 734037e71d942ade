namespace Millrace.Local;

/// <summary>One thing that <c>millrace doctor</c> looks at.</summary>
internal interface IDoctorCheck
{
    /// <summary>What findings call it.</summary>
    string Name { get; }

    /// <summary>What it looks at, in a few words.</summary>
    string LooksAt { get; }

    /// <summary>Whether it can look only where a broker answers.</summary>
    bool NeedsBroker { get; }

    /// <summary>Everything that it finds; nothing is all well. It changes nothing, and writes to no topic of streams.</summary>
    IAsyncEnumerable<DoctorFinding> RunAsync(DoctorSubject subject, CancellationToken cancellation);
}
