namespace Millrace.Lookups.Tests;

public sealed class LookupAuthOptionsTests
{
    public static TheoryData<string, Action<LookupAuthOptions>> Wrong => new()
    {
        { "Auth:Kind is 17; allowed are None, Header, Bearer, ClientCertificate, ClientCredentials.", auth => auth.Kind = (LookupAuthKind)17 },
        { "Auth:Secret is set, but Kind is None: nothing would read it.", auth => auth.Secret = "hush" },
        { "Auth:Header is not set, but Kind is Header, which needs it.", auth => (auth.Kind, auth.Secret) = (LookupAuthKind.Header, "hush") },
        { "Auth:Secret is not set, but Kind is Bearer, which needs it or SecretFile.", auth => auth.Kind = LookupAuthKind.Bearer },
        { "Auth:SecretFile is set, but Kind is Bearer and Secret is set too: nothing would read it.", auth => (auth.Kind, auth.Secret, auth.SecretFile) = (LookupAuthKind.Bearer, "hush", "/f") },
        { "Auth:Header is set, but Kind is Bearer: nothing would read it.", auth => (auth.Kind, auth.Secret, auth.Header) = (LookupAuthKind.Bearer, "hush", "X") },
        { "Auth:CertificateFile is not set, but Kind is ClientCertificate, which needs it.", auth => auth.Kind = LookupAuthKind.ClientCertificate },
        { "Auth:TokenAddress is not set, but Kind is ClientCredentials, which needs it.", auth => (auth.Kind, auth.Secret) = (LookupAuthKind.ClientCredentials, "hush") },
        { "Auth:ClientId is not set, but Kind is ClientCredentials, which needs it.", auth => (auth.Kind, auth.Secret, auth.TokenAddress) = (LookupAuthKind.ClientCredentials, "hush", "https://a/") },
        { "Auth:TokenAddress cannot be used; it takes an http or https address without a user name.", auth => (auth.Kind, auth.Secret, auth.ClientId, auth.TokenAddress) = (LookupAuthKind.ClientCredentials, "hush", "c", "https://u:hush@a/") },
        { "Auth:Header is 'X Y'; it takes the name of a request header, such as X-Api-Key.", auth => (auth.Kind, auth.Secret, auth.Header) = (LookupAuthKind.Header, "hush", "X Y") },
        { "Auth:Header is 'Content-Type'; it takes the name of a request header, such as X-Api-Key.", auth => (auth.Kind, auth.Secret, auth.Header) = (LookupAuthKind.Header, "hush", "Content-Type") },
        { "Auth:Secret holds a secret that no header can carry", auth => (auth.Kind, auth.Secret) = (LookupAuthKind.Bearer, "hush\r\nX: y") },
        { "Auth:SecretFile is '/nowhere/s', a file that cannot be read: DirectoryNotFoundException.", auth => (auth.Kind, auth.SecretFile) = (LookupAuthKind.Bearer, "/nowhere/s") },
        { "Auth:SecretFile is '/', a file that cannot be read: UnauthorizedAccessException.", auth => (auth.Kind, auth.SecretFile) = (LookupAuthKind.Bearer, "/") },
        { "Auth:CertificateFile is '/nowhere/c', a file that cannot be read: FileNotFoundException.", auth => (auth.Kind, auth.CertificateFile) = (LookupAuthKind.ClientCertificate, "/nowhere/c") },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_could_not_work_is_refused_at_start_by_the_settings_name_and_without_the_secret(string message, Action<LookupAuthOptions> set)
    {
        var options = Some.Options();
        set(options.Auth);

        var exception = Assert.Throws<ArgumentException>(() => new HttpLookup(options, TimeProvider.System));

        Assert.Contains($"LookupOptions: {message}", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_secret_file_is_refused()
    {
        using var file = new SecretFixture(" \n");
        var options = Some.Options();
        (options.Auth.Kind, options.Auth.SecretFile) = (LookupAuthKind.Bearer, file.Path);

        var exception = Assert.Throws<ArgumentException>(() => new HttpLookup(options, TimeProvider.System));

        Assert.Contains($"Auth:SecretFile is '{file.Path}', a file that is empty", exception.Message, StringComparison.Ordinal);
    }
}
