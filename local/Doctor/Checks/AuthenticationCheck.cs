using Confluent.Kafka;

namespace Millrace.Local;

/// <summary>The brokers let the client in, and let it see the topics.</summary>
internal sealed class AuthenticationCheck : IDoctorCheck
{
    private static readonly ErrorCode[] Codes =
    [
        ErrorCode.Local_Authentication, ErrorCode.Local_Ssl, ErrorCode.Local_UnsupportedFeature, ErrorCode.SaslAuthenticationFailed, ErrorCode.UnsupportedSaslMechanism,
        ErrorCode.IllegalSaslState, ErrorCode.ClusterAuthorizationFailed,
    ];

    public string Name => "authentication";

    public string LooksAt => "the brokers let the client in, and let it see the topics";

    public bool NeedsBroker => false;

    /// <summary>Whether an error is about who the client is.</summary>
    public static bool IsItsOwn(Error error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return Codes.Contains(error.Code) || error.Reason.Contains("SASL", StringComparison.Ordinal) || error.Reason.Contains("SSL", StringComparison.Ordinal);
    }

    public IAsyncEnumerable<DoctorFinding> RunAsync(DoctorSubject subject, CancellationToken cancellation) => Look(subject).ToAsyncEnumerable();

    private static IEnumerable<DoctorFinding> Look(DoctorSubject subject)
    {
        if (subject.Cluster.Errors.FirstOrDefault(IsItsOwn) is { } refused)
        {
            var protocol = subject.Kafka.Client.GetValueOrDefault("security.protocol", "plaintext");
            yield return DoctorFinding.Error(subject.Kafka.BootstrapServers!, $"The client is turned away with security.protocol '{protocol}': {refused.Reason}", "Give what the listener on that port wants: --setting Kafka:Client:security.protocol=…, sasl.mechanism, sasl.username and sasl.password, or ssl.ca.location.");
        }

        foreach (var (topic, _) in subject.Topics.Where(topic => subject.Cluster.Topic(topic.Topic)?.Error.Code == ErrorCode.TopicAuthorizationFailed))
        {
            yield return DoctorFinding.Error(topic, "The client may not describe the topic.", "Give it Describe, and Read or Write, by kafka-acls.");
        }
    }
}
