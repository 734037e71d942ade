using Confluent.Kafka;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace Millrace.FunctionsHost;

/// <summary>Turns a trigger and the options of <c>host.json</c> into the Kafka client's configuration.</summary>
internal static class ConsumerSettings
{
    private const string AssignmentSetting = "FunctionsHost:PartitionAssignmentStrategy";

    /// <summary>The topic or regular expression that the function subscribes to; the latter passes through untouched.</summary>
    public static string Topic(FunctionMethod function, SettingReferences references) =>
        references.Resolve(Trigger(function).Topic, Where(function, nameof(KafkaTriggerAttribute.Topic)));

    /// <summary>The consumer's configuration.</summary>
    public static ConsumerConfig For(FunctionMethod function, KafkaOptions options, IConfiguration settings)
    {
        var trigger = Trigger(function);
        var references = new SettingReferences(settings);
        string? Text(string? text, string property) => string.IsNullOrEmpty(text) ? null : references.Resolve(text, Where(function, property));

        return new ConsumerConfig
        {
            BootstrapServers = Text(trigger.BrokerList, nameof(trigger.BrokerList)),
            GroupId = Text(trigger.ConsumerGroup, nameof(trigger.ConsumerGroup)) ?? "$Default",
            EnableAutoCommit = true,
            EnableAutoOffsetStore = false,
            // The client's default, which the real extension does not change either: stages upstream write in transactions.
            IsolationLevel = IsolationLevel.ReadCommitted,
            AutoCommitIntervalMs = options.AutoCommitIntervalMs,
            AutoOffsetReset = options.AutoOffsetReset == OffsetReset.Latest ? AutoOffsetReset.Latest : AutoOffsetReset.Earliest,
            SessionTimeoutMs = options.SessionTimeoutMs,
            // The client's own are 3 s apart, and so long does a group wait for a member to hear that another joins: as the functions
            // of one stage do, at every start.
            HeartbeatIntervalMs = Math.Clamp(options.SessionTimeoutMs / 3, 1, 500),
            MetadataMaxAgeMs = options.MetadataMaxAgeMs,
            SocketKeepaliveEnable = options.SocketKeepaliveEnable,
            MaxPollIntervalMs = options.MaxPollIntervalMs,
            StatisticsIntervalMs = options.StatisticsIntervalMs,
            ReconnectBackoffMs = options.ReconnectBackoffMs,
            ReconnectBackoffMaxMs = options.ReconnectBackoffMaxMs,
            QueuedMinMessages = options.QueuedMinMessages,
            QueuedMaxMessagesKbytes = options.QueuedMaxMessagesKbytes,
            MaxPartitionFetchBytes = options.MaxPartitionFetchBytes,
            FetchMaxBytes = options.FetchMaxBytes,
            Debug = options.LibkafkaDebug,
            // An idle partition's next fetch waits for room in the client's queue so long; the default of 1 s halves a fast consumer.
            FetchQueueBackoffMs = 5,
            PartitionAssignmentStrategy = Assignment(settings),
            SecurityProtocol = trigger.Protocol switch
            {
                BrokerProtocol.Plaintext => SecurityProtocol.Plaintext,
                BrokerProtocol.Ssl => SecurityProtocol.Ssl,
                BrokerProtocol.SaslPlaintext => SecurityProtocol.SaslPlaintext,
                BrokerProtocol.SaslSsl => SecurityProtocol.SaslSsl,
                _ => null,
            },
            SaslMechanism = trigger.AuthenticationMode switch
            {
                BrokerAuthenticationMode.Gssapi => SaslMechanism.Gssapi,
                BrokerAuthenticationMode.Plain => SaslMechanism.Plain,
                BrokerAuthenticationMode.ScramSha256 => SaslMechanism.ScramSha256,
                BrokerAuthenticationMode.ScramSha512 => SaslMechanism.ScramSha512,
                BrokerAuthenticationMode.OAuthBearer => SaslMechanism.OAuthBearer,
                _ => null,
            },
            SaslUsername = Text(trigger.Username, nameof(trigger.Username)),
            SaslPassword = Text(trigger.Password, nameof(trigger.Password)),
            SslKeyLocation = Text(trigger.SslKeyLocation, nameof(trigger.SslKeyLocation)),
            SslCaLocation = Text(trigger.SslCaLocation, nameof(trigger.SslCaLocation)),
            SslCertificateLocation = Text(trigger.SslCertificateLocation, nameof(trigger.SslCertificateLocation)),
            SslKeyPassword = Text(trigger.SslKeyPassword, nameof(trigger.SslKeyPassword)),
            SslCertificatePem = Text(trigger.SslCertificatePEM, nameof(trigger.SslCertificatePEM)),
            SslKeyPem = Text(trigger.SslKeyPEM, nameof(trigger.SslKeyPEM)),
            SslCaPem = Text(trigger.SslCaPEM, nameof(trigger.SslCaPEM)),
            SaslOauthbearerMethod = trigger.OAuthBearerMethod == OAuthBearerMethod.Oidc ? SaslOauthbearerMethod.Oidc : null,
            SaslOauthbearerClientId = Text(trigger.OAuthBearerClientId, nameof(trigger.OAuthBearerClientId)),
            SaslOauthbearerClientSecret = Text(trigger.OAuthBearerClientSecret, nameof(trigger.OAuthBearerClientSecret)),
            SaslOauthbearerScope = Text(trigger.OAuthBearerScope, nameof(trigger.OAuthBearerScope)),
            SaslOauthbearerTokenEndpointUrl = Text(trigger.OAuthBearerTokenEndpointUrl, nameof(trigger.OAuthBearerTokenEndpointUrl)),
            SaslOauthbearerExtensions = Text(trigger.OAuthBearerExtensions, nameof(trigger.OAuthBearerExtensions)),
        };
    }

    // The real host leaves the client its default, range. Here a function can be seen under the others, too.
    private static PartitionAssignmentStrategy? Assignment(IConfiguration settings) => settings[AssignmentSetting] switch
    {
        null or "" => null,
        "range" => PartitionAssignmentStrategy.Range,
        "roundrobin" => PartitionAssignmentStrategy.RoundRobin,
        "cooperative-sticky" => PartitionAssignmentStrategy.CooperativeSticky,
        var text => throw new FunctionsHostException($"The setting {AssignmentSetting} is '{text}'. Allowed is range, roundrobin or cooperative-sticky."),
    };

    private static KafkaTriggerAttribute Trigger(FunctionMethod function) => ((KafkaFunctionTrigger)function.Trigger).Attribute;

    private static string Where(FunctionMethod function, string property) => $"Function '{function.Name}': KafkaTrigger.{property}";
}
