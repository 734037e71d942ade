namespace Microsoft.Azure.Functions.Worker;

/// <summary>How OAuth bearer tokens are obtained.</summary>
public enum OAuthBearerMethod
{
    /// <summary>The client's default.</summary>
    Default,

    /// <summary>From an OpenID Connect token endpoint.</summary>
    Oidc,
}
