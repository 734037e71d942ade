namespace Millrace.Lookups;

/// <summary>How requests show whose they are.</summary>
public enum LookupAuthKind
{
    /// <summary>They do not.</summary>
    None,

    /// <summary>A header whose value is the secret.</summary>
    Header,

    /// <summary>The header <c>Authorization: Bearer</c> with the secret as its token.</summary>
    Bearer,

    /// <summary>A certificate, shown when a connection is made (mutual TLS).</summary>
    ClientCertificate,

    /// <summary>A bearer token that is fetched from an authorization server: OAuth 2.0 client credentials (RFC 6749, section 4.4).</summary>
    ClientCredentials,
}
