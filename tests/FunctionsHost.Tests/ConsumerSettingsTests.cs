using Confluent.Kafka;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace Millrace.FunctionsHost.Tests;

public sealed class ConsumerSettingsTests
{
    [Fact]
    public void Offsets_are_committed_by_the_client_but_stored_by_the_host()
    {
        var config = For(nameof(Triggers.Bare));

        Assert.Equal((true, false, 200), (config.EnableAutoCommit, config.EnableAutoOffsetStore, config.AutoCommitIntervalMs));
    }

    [Fact]
    public void A_trigger_without_a_group_or_security_leaves_the_defaults()
    {
        var config = For(nameof(Triggers.Bare));

        Assert.Equal("$Default", config.GroupId);
        Assert.Null(config.SecurityProtocol);
        Assert.Null(config.SaslMechanism);
        Assert.Null(config.SslCaLocation);
    }

    [Fact]
    public void Security_settings_become_the_clients_with_their_references_resolved()
    {
        var config = For(nameof(Triggers.Secured), ("Kafka:User", "me"), ("Kafka:Password", "50%"));

        Assert.Equal((SecurityProtocol.SaslSsl, SaslMechanism.ScramSha512), (config.SecurityProtocol, config.SaslMechanism));
        Assert.Equal(("me", "50%"), (config.SaslUsername, config.SaslPassword));
        Assert.Equal(("key", "ca", "certificate", "secret"), (config.SslKeyLocation, config.SslCaLocation, config.SslCertificateLocation, config.SslKeyPassword));
        Assert.Equal(("keyPem", "caPem", "certificatePem"), (config.SslKeyPem, config.SslCaPem, config.SslCertificatePem));
    }

    [Fact]
    public void OAuth_settings_become_the_clients()
    {
        var config = For(nameof(Triggers.Tokens));

        Assert.Equal((SecurityProtocol.SaslPlaintext, SaslMechanism.OAuthBearer, SaslOauthbearerMethod.Oidc), (config.SecurityProtocol, config.SaslMechanism, config.SaslOauthbearerMethod));
        Assert.Equal(("id", "secret", "scope"), (config.SaslOauthbearerClientId, config.SaslOauthbearerClientSecret, config.SaslOauthbearerScope));
        Assert.Equal(("http://127.0.0.1/token", "a=b"), (config.SaslOauthbearerTokenEndpointUrl, config.SaslOauthbearerExtensions));
    }

    [Fact]
    public void Options_of_the_host_file_become_the_clients()
    {
        var config = ConsumerSettings.For(Function(nameof(Triggers.Bare)), new KafkaOptions
        {
            AutoCommitIntervalMs = 1,
            AutoOffsetReset = OffsetReset.Latest,
            SessionTimeoutMs = 2,
            MetadataMaxAgeMs = 3,
            SocketKeepaliveEnable = false,
            MaxPollIntervalMs = 4,
            StatisticsIntervalMs = 5,
            ReconnectBackoffMs = 6,
            ReconnectBackoffMaxMs = 7,
            QueuedMinMessages = 8,
            QueuedMaxMessagesKbytes = 9,
            MaxPartitionFetchBytes = 10,
            FetchMaxBytes = 11,
            LibkafkaDebug = "cgrp",
        }, Settings());

        Assert.Equal((1, AutoOffsetReset.Latest, 2, 3, false), (config.AutoCommitIntervalMs, config.AutoOffsetReset, config.SessionTimeoutMs, config.MetadataMaxAgeMs, config.SocketKeepaliveEnable));
        Assert.Equal((4, 5, 6, 7, 8, 9), (config.MaxPollIntervalMs, config.StatisticsIntervalMs, config.ReconnectBackoffMs, config.ReconnectBackoffMaxMs, config.QueuedMinMessages, config.QueuedMaxMessagesKbytes));
        Assert.Equal((10, 11, "cgrp"), (config.MaxPartitionFetchBytes, config.FetchMaxBytes, config.Debug));
    }

    [Theory]
    [InlineData(10_000, 500)]
    [InlineData(900, 300)]
    public void Heartbeats_fit_into_the_session_and_are_frequent(int session, int heartbeat)
    {
        var config = ConsumerSettings.For(Function(nameof(Triggers.Bare)), new KafkaOptions { SessionTimeoutMs = session }, Settings());

        Assert.Equal(heartbeat, config.HeartbeatIntervalMs);
    }

    [Fact]
    public void A_full_queue_does_not_keep_a_fast_consumer_waiting() => Assert.Equal(5, For(nameof(Triggers.Bare)).FetchQueueBackoffMs);

    [Theory]
    [InlineData("", null)]
    [InlineData("range", PartitionAssignmentStrategy.Range)]
    [InlineData("roundrobin", PartitionAssignmentStrategy.RoundRobin)]
    [InlineData("cooperative-sticky", PartitionAssignmentStrategy.CooperativeSticky)]
    public void Partitions_are_assigned_as_the_setting_says(string setting, PartitionAssignmentStrategy? strategy)
    {
        Assert.Equal(strategy, For(nameof(Triggers.Bare), ("FunctionsHost:PartitionAssignmentStrategy", setting)).PartitionAssignmentStrategy);
    }

    [Fact]
    public void An_unknown_way_of_assigning_partitions_is_refused()
    {
        var refusal = Assert.Throws<FunctionsHostException>(() => For(nameof(Triggers.Bare), ("FunctionsHost:PartitionAssignmentStrategy", "sticky")));

        Assert.Equal("The setting FunctionsHost:PartitionAssignmentStrategy is 'sticky'. Allowed is range, roundrobin or cooperative-sticky.", refusal.Message);
    }

    [Fact]
    public void A_regular_expression_passes_through_untouched()
    {
        Assert.Equal(@"^eqiad\.page$|^codfw\.page$", ConsumerSettings.Topic(Function(nameof(Triggers.Bare)), new SettingReferences(Settings(("Topics", @"^eqiad\.page$|^codfw\.page$")))));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("%A:B%", "ab")]
    [InlineData("%A__B%", "ab")]
    [InlineData("x-%A:B%.%C%-y", "x-ab.c-y")]
    [InlineData("100%", "100%")]
    public void References_are_resolved_wherever_they_stand(string text, string resolved)
    {
        Assert.Equal(resolved, new SettingReferences(Settings(("A:B", "ab"), ("C", "c"))).Resolve(text, "here"));
    }

    private static ConsumerConfig For(string method, params (string Key, string Value)[] settings) =>
        ConsumerSettings.For(Function(method), new KafkaOptions(), Settings(settings));

    private static FunctionMethod Function(string method) => new(method, typeof(Triggers).GetMethod(method)!);

    private static IConfiguration Settings(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();

    /// <summary>Not discovered: they have no function attribute.</summary>
    private static class Triggers
    {
        public static void Bare([KafkaTrigger("b", "%Topics%", KeyDataType = KafkaMessageKeyType.Binary)] KafkaRecord record) => _ = record;

        public static void Secured(
            [KafkaTrigger("b", "t", KeyDataType = KafkaMessageKeyType.Binary, Protocol = BrokerProtocol.SaslSsl, AuthenticationMode = BrokerAuthenticationMode.ScramSha512,
                Username = "%Kafka:User%", Password = "%Kafka:Password%", SslKeyLocation = "key", SslCaLocation = "ca", SslCertificateLocation = "certificate", SslKeyPassword = "secret",
                SslKeyPEM = "keyPem", SslCaPEM = "caPem", SslCertificatePEM = "certificatePem")] KafkaRecord record) => _ = record;

        public static void Tokens(
            [KafkaTrigger("b", "t", KeyDataType = KafkaMessageKeyType.Binary, Protocol = BrokerProtocol.SaslPlaintext, AuthenticationMode = BrokerAuthenticationMode.OAuthBearer,
                OAuthBearerMethod = OAuthBearerMethod.Oidc, OAuthBearerClientId = "id", OAuthBearerClientSecret = "secret", OAuthBearerScope = "scope",
                OAuthBearerTokenEndpointUrl = "http://127.0.0.1/token", OAuthBearerExtensions = "a=b")] KafkaRecord record) => _ = record;
    }
}
