namespace Microsoft.Azure.Functions.Worker;

/// <summary>The protocol to talk to brokers with.</summary>
public enum BrokerProtocol
{
    /// <summary>The client's default.</summary>
    NotSet = -1,

    /// <summary>Neither encrypted nor authenticated.</summary>
    Plaintext,

    /// <summary>TLS.</summary>
    Ssl,

    /// <summary>SASL, not encrypted.</summary>
    SaslPlaintext,

    /// <summary>SASL over TLS.</summary>
    SaslSsl,
}
