namespace Microsoft.Azure.Functions.Worker;

/// <summary>The SASL mechanism to authenticate with.</summary>
public enum BrokerAuthenticationMode
{
    /// <summary>The client's default.</summary>
    NotSet = -1,

    /// <summary>Kerberos.</summary>
    Gssapi,

    /// <summary>User name and password in the clear.</summary>
    Plain,

    /// <summary>SCRAM with SHA-256.</summary>
    ScramSha256,

    /// <summary>SCRAM with SHA-512.</summary>
    ScramSha512,

    /// <summary>OAuth bearer tokens.</summary>
    OAuthBearer,
}
