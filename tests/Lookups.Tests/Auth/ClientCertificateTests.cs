using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Millrace.Lookups.Tests;

public sealed class ClientCertificateTests : IDisposable
{
    private readonly X509Certificate2 _certificate = Certificates.Make("millrace");
    private readonly Recorded _log = new();

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task A_server_sees_the_certificate_and_the_next_connection_shows_the_one_that_took_its_place()
    {
        using var file = new SecretFixture(Certificates.Pem(_certificate));
        using var own = Certificates.Make("server");
        await using var app = await StartAsync(own);
        var options = Some.Options("127.0.0.1");
        options.Auth.Kind = LookupAuthKind.ClientCertificate;
        options.Auth.CertificateFile = file.Path;
        var handler = HttpLookup.CreateHandler(options);
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == own.GetCertHashString();
        using var lookup = new HttpLookup(options, TimeProvider.System, handler: handler);
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

        Assert.Equal("CN=millrace", (await lookup.GetJsonAsync(address)).GetString());
        using var next = Certificates.Make("next");
        file.Write(Certificates.Pem(next));
        Assert.Equal("CN=next", (await lookup.GetJsonAsync(address)).GetString());
        file.Write("broken");
        Assert.Equal("CN=next", (await lookup.GetJsonAsync(address)).GetString());
    }

    [Fact]
    public void The_key_may_lie_in_a_file_of_its_own_with_a_password()
    {
        using var certificate = new SecretFixture(_certificate.ExportCertificatePem());
        using var key = new SecretFixture(Certificates.EncryptedKey(_certificate, "hush"));
        using var password = new SecretFixture("hush\n");

        var read = Read(new() { CertificateFile = certificate.Path, KeyFile = key.Path, SecretFile = password.Path });

        Assert.Equal(_certificate.Thumbprint, read.Thumbprint);
    }

    [Fact]
    public void A_pkcs_12_file_is_read_with_its_password()
    {
        using var file = new SecretFixture("");
        File.WriteAllBytes(file.Path, _certificate.Export(X509ContentType.Pkcs12, "hush"));

        Assert.Equal(_certificate.Thumbprint, Read(new() { CertificateFile = file.Path, Secret = "hush" }).Thumbprint);
        var exception = Assert.Throws<ArgumentException>(() => Read(new() { CertificateFile = file.Path, Secret = "loud" }));
        Assert.Contains($"Auth:CertificateFile is '{file.Path}', which with its key and password is no certificate", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("loud", exception.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-2, -1, "ended on 2026-01-30T12:00:00Z")]
    [InlineData(1, 2, "begins on 2026-02-01T12:00:00Z")]
    public void One_that_does_not_hold_now_is_refused_at_start(int from, int until, string fault)
    {
        var clock = new CountingClock();
        using var certificate = Certificates.Make("millrace", clock.GetUtcNow().AddDays(from), clock.GetUtcNow().AddDays(until));
        using var file = new SecretFixture(Certificates.Pem(certificate));
        var options = Some.Options();
        (options.Auth.Kind, options.Auth.CertificateFile) = (LookupAuthKind.ClientCertificate, file.Path);

        var exception = Assert.Throws<ArgumentException>(() => new HttpLookup(options, clock));

        Assert.Contains($"Auth:CertificateFile is '{file.Path}', a certificate that {fault}.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_takes_the_place_of_another_and_cannot_be_used_leaves_it_in_force()
    {
        using var file = new SecretFixture(Certificates.Pem(_certificate));
        var read = new ClientCertificate(new() { CertificateFile = file.Path }, TimeProvider.System, _log);
        file.Write(_certificate.ExportCertificatePem());

        Assert.Equal(_certificate.Thumbprint, read.Current.Thumbprint);
        Assert.Contains("cannot be used, so that the former one is still shown", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    private static X509Certificate2 Read(LookupAuthOptions options) => new ClientCertificate(options, TimeProvider.System, NullLogger.Instance).Current;

    // Each answer is the last of its connection.
    private static async Task<WebApplication> StartAsync(X509Certificate2 own)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = own;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (_, _, _) => true;
        })));
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.Headers.Connection = "close";
            return context.Response.WriteAsync($"\"{context.Connection.ClientCertificate!.Subject}\"");
        });
        await app.StartAsync();
        return app;
    }
}
