namespace Millrace.Lookups;

/// <summary>How the requests to an API show whose they are.</summary>
/// <remarks>
/// What is shown goes to every host of <see cref="LookupOptions.AllowedHosts"/>, and to no other: redirects are never followed.
/// It stands in no event, error or log. A file is read at start, and again some seconds after it changed, or when the API
/// refuses what is shown (401); one that can then not be used leaves in force what was read before.
/// </remarks>
public sealed class LookupAuthOptions
{
    /// <summary>What is shown.</summary>
    public LookupAuthKind Kind { get; set; }

    /// <summary>The name of the header (kind <c>Header</c>).</summary>
    public string Header { get; set; } = "";

    /// <summary>The value of the header, the token, the client's secret, or the password of the certificate's key. A file is the better place.</summary>
    public string Secret { get; set; } = "";

    /// <summary>A file with the secret; white space around it is no part of it.</summary>
    public string SecretFile { get; set; } = "";

    /// <summary>A file with the client's certificate: PEM or PKCS #12.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>A file with the certificate's private key, in PEM; empty where the certificate's file has it.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>Where tokens are fetched: the authorization server's token endpoint, an http or https address.</summary>
    public string TokenAddress { get; set; } = "";

    /// <summary>The client's name at the authorization server.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>What the token is asked for; empty leaves that to the server.</summary>
    public string Scope { get; set; } = "";

    /// <summary>Where these options stand, for messages.</summary>
    internal static string Setting(string name) => $"{nameof(LookupOptions)}: {nameof(LookupOptions.Auth)}:{name}";

    /// <summary>Checks that everything is set that the kind needs, and nothing that it does not read.</summary>
    /// <exception cref="ArgumentException">The message names the setting, and never a secret.</exception>
    internal void Check()
    {
        if (!Enum.IsDefined(Kind))
        {
            throw new ArgumentException($"{Setting(nameof(Kind))} is {Kind}; allowed are {string.Join(", ", Enum.GetNames<LookupAuthKind>())}.");
        }

        var hasSecret = Kind is LookupAuthKind.Header or LookupAuthKind.Bearer or LookupAuthKind.ClientCredentials;
        var isCertificate = Kind == LookupAuthKind.ClientCertificate;
        var fetchesTokens = Kind == LookupAuthKind.ClientCredentials;
        Require(nameof(Header), Header, Kind == LookupAuthKind.Header, Kind == LookupAuthKind.Header);
        Require(nameof(Secret), Secret, hasSecret || isCertificate, hasSecret && SecretFile.Length == 0);
        Require(nameof(SecretFile), SecretFile, (hasSecret || isCertificate) && Secret.Length == 0, needs: false);
        Require(nameof(CertificateFile), CertificateFile, isCertificate, isCertificate);
        Require(nameof(KeyFile), KeyFile, isCertificate, needs: false);
        Require(nameof(TokenAddress), TokenAddress, fetchesTokens, fetchesTokens);
        Require(nameof(ClientId), ClientId, fetchesTokens, fetchesTokens);
        Require(nameof(Scope), Scope, fetchesTokens, needs: false);
    }

    private void Require(string name, string value, bool takes, bool needs)
    {
        if (needs && value.Length == 0)
        {
            throw new ArgumentException($"{Setting(name)} is not set, but {nameof(Kind)} is {Kind}, which needs it{(name == nameof(Secret) ? $" or {nameof(SecretFile)}" : "")}.");
        }

        if (!takes && value.Length > 0)
        {
            throw new ArgumentException($"{Setting(name)} is set, but {nameof(Kind)} is {Kind}{(name == nameof(SecretFile) && Secret.Length > 0 ? $" and {nameof(Secret)} is set too" : "")}: nothing would read it.");
        }
    }
}
