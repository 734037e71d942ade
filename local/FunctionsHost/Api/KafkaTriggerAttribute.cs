namespace Microsoft.Azure.Functions.Worker;

/// <summary>Calls the function with the records of a topic.</summary>
/// <remarks>A <c>%Name%</c> in any of the strings stands for the setting of that name. Unset (null) leaves the client's default.</remarks>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class KafkaTriggerAttribute : Attribute
{
    /// <summary>Calls the function with the records of <paramref name="topic"/>.</summary>
    public KafkaTriggerAttribute(string brokerList, string topic) => (BrokerList, Topic) = (brokerList, topic);

    /// <summary>The brokers to begin with, as <c>host:port</c>, separated by commas.</summary>
    public string BrokerList { get; }

    /// <summary>The topic, or a regular expression of topics if it begins with <c>^</c>.</summary>
    public string Topic { get; }

    /// <summary>The consumer group; <c>$Default</c> if unset.</summary>
    public string? ConsumerGroup { get; set; }

    /// <summary>Whether one call takes many records, as an array.</summary>
    public bool IsBatched { get; set; }

    /// <summary>How the key is decoded on its way to the function; only <see cref="KafkaMessageKeyType.Binary"/> leaves it as it is.</summary>
    public KafkaMessageKeyType KeyDataType { get; set; } = KafkaMessageKeyType.String;

    /// <summary>How many records one instance is expected to work off; read by the platform's scaler, not by the host.</summary>
    public long LagThreshold { get; set; } = 1000;

    /// <summary>The SASL mechanism.</summary>
    public BrokerAuthenticationMode AuthenticationMode { get; set; } = BrokerAuthenticationMode.NotSet;

    /// <summary>The security protocol.</summary>
    public BrokerProtocol Protocol { get; set; } = BrokerProtocol.NotSet;

    /// <summary>The SASL user name.</summary>
    public string? Username { get; set; }

    /// <summary>The SASL password.</summary>
    public string? Password { get; set; }

    /// <summary>The file of the client's private key (PEM).</summary>
    public string? SslKeyLocation { get; set; }

    /// <summary>The file of the authority that signed the brokers' certificates.</summary>
    public string? SslCaLocation { get; set; }

    /// <summary>The file of the client's certificate.</summary>
    public string? SslCertificateLocation { get; set; }

    /// <summary>The password of the client's private key.</summary>
    public string? SslKeyPassword { get; set; }

    /// <summary>The client's certificate itself (PEM).</summary>
    public string? SslCertificatePEM { get; set; }

    /// <summary>The client's private key itself (PEM).</summary>
    public string? SslKeyPEM { get; set; }

    /// <summary>The certificate of the authority itself (PEM).</summary>
    public string? SslCaPEM { get; set; }

    /// <summary>How tokens for <see cref="BrokerAuthenticationMode.OAuthBearer"/> are obtained.</summary>
    public OAuthBearerMethod OAuthBearerMethod { get; set; }

    /// <summary>The client id for <see cref="OAuthBearerMethod.Oidc"/>.</summary>
    public string? OAuthBearerClientId { get; set; }

    /// <summary>The client secret for <see cref="OAuthBearerMethod.Oidc"/>.</summary>
    public string? OAuthBearerClientSecret { get; set; }

    /// <summary>The scope for <see cref="OAuthBearerMethod.Oidc"/>.</summary>
    public string? OAuthBearerScope { get; set; }

    /// <summary>The token endpoint for <see cref="OAuthBearerMethod.Oidc"/>.</summary>
    public string? OAuthBearerTokenEndpointUrl { get; set; }

    /// <summary>Extensions for <see cref="OAuthBearerMethod.Oidc"/>, as <c>key=value</c>, separated by commas.</summary>
    public string? OAuthBearerExtensions { get; set; }
}
