using Confluent.Kafka;

namespace Millrace.Local;

/// <summary>One run of <c>millrace doctor</c>.</summary>
internal static class DoctorRun
{
    /// <summary>All checks, in the order in which they are explained.</summary>
    public static IReadOnlyList<IDoctorCheck> Checks { get; } =
    [
        new NativeLibraryCheck(), new FunctionsToolsCheck(), new DiskCheck(), new SchemasCheck(), new StoresCheck(),
        new BrokersCheck(), new AuthenticationCheck(), new ApiVersionsCheck(), new TransactionsCheck(), new TopicsCheck(), new ReplicasCheck(),
        new RetentionCheck(), new OffsetsCheck(), new ClockCheck(), new RecordSizeCheck(), new IsolationCheck(),
    ];

    /// <summary>Runs checks one after another.</summary>
    public static async Task<IReadOnlyList<DoctorResult>> RunAsync(IEnumerable<IDoctorCheck> checks, DoctorSubject subject, CancellationToken cancellation)
    {
        var results = new List<DoctorResult>();
        foreach (var check in checks)
        {
            results.Add(check.NeedsBroker && subject.Cluster.Problem is not null ? new DoctorResult(check, []) { IsSkipped = true } : await RunAsync(check, subject, cancellation));
        }

        return results;
    }

    private static async Task<DoctorResult> RunAsync(IDoctorCheck check, DoctorSubject subject, CancellationToken cancellation)
    {
        var findings = new List<DoctorFinding>();
        try
        {
            await foreach (var finding in check.RunAsync(subject, cancellation))
            {
                findings.Add(finding);
            }
        }
        catch (KafkaException refused)
        {
            // A broker that does not answer one question is a finding, and the other checks go on.
            findings.Add(DoctorFinding.Error(subject.Kafka.BootstrapServers!, $"It could not be looked at: {refused.Error.Reason}", "Look at the client's rights, and at the brokers' logs."));
        }

        return new DoctorResult(check, findings);
    }
}
