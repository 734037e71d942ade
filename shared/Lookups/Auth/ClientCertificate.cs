using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Millrace.Lookups;

/// <summary>The certificate of a client, read again when its files have changed and a connection is made.</summary>
internal sealed partial class ClientCertificate
{
    private const int MaxBytes = 1024 * 1024;

    private readonly LookupAuthOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private byte[][] _files;
    private X509Certificate2 _current;

    /// <exception cref="ArgumentException">The certificate cannot be used; the message names the setting.</exception>
    public ClientCertificate(LookupAuthOptions options, TimeProvider time, ILogger logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _files = Files();
        _current = Load(_files);
    }

    /// <summary>The certificate to show.</summary>
    public X509Certificate2 Current
    {
        get
        {
            lock (_gate)
            {
                ReadAgain();
                return _current;
            }
        }
    }

    /// <summary>Shows it wherever the handler makes a connection.</summary>
    /// <remarks>A handler that makes none of its own, as those of tests, is left as it is.</remarks>
    public void ShowBy(HttpMessageHandler handler)
    {
        while (handler is DelegatingHandler { InnerHandler: { } inner })
        {
            handler = inner;
        }

        if (handler is SocketsHttpHandler sockets)
        {
            sockets.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => Current;
        }
    }

    private void ReadAgain()
    {
        try
        {
            var files = Files();
            if (!files.Zip(_files).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)))
            {
                // Those of connections under way stay in use: the former is left to the collector.
                (_current, _files) = (Load(files), files);
            }
        }
        catch (ArgumentException exception)
        {
            LogUnusable(_logger, exception.Message);
        }
    }

    private byte[][] Files() => [
        ReadFile(nameof(_options.CertificateFile), _options.CertificateFile),
        ReadFile(nameof(_options.KeyFile), _options.KeyFile),
        ReadFile(nameof(_options.SecretFile), _options.SecretFile),
    ];

    private static byte[] ReadFile(string name, string path)
    {
        if (path.Length == 0)
        {
            return [];
        }

        try
        {
            return new FileInfo(path).Length <= MaxBytes
                ? File.ReadAllBytes(path)
                : throw new ArgumentException($"{LookupAuthOptions.Setting(name)} is '{path}', a file of more than {MaxBytes} bytes.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ArgumentException($"{LookupAuthOptions.Setting(name)} is '{path}', a file that cannot be read: {exception.GetType().Name}.", exception);
        }
    }

    private X509Certificate2 Load(byte[][] files)
    {
        var certificate = Parse(files);
        var now = _time.GetUtcNow();
        var fault = !certificate.HasPrivateKey ? "has no private key"
            : certificate.NotAfter.ToUniversalTime() <= now ? $"ended on {Date(certificate.NotAfter)}"
            : certificate.NotBefore.ToUniversalTime() > now ? $"begins on {Date(certificate.NotBefore)}"
            : null;
        return fault is null ? certificate : throw new ArgumentException($"{LookupAuthOptions.Setting(nameof(_options.CertificateFile))} is '{_options.CertificateFile}', a certificate that {fault}.");
    }

    private X509Certificate2 Parse(byte[][] files)
    {
        var password = files[2].Length > 0 ? System.Text.Encoding.UTF8.GetString(files[2]).Trim() : _options.Secret;
        try
        {
            if (files[0].AsSpan().IndexOf("-----BEGIN "u8) < 0)
            {
                return X509CertificateLoader.LoadPkcs12(files[0], password);
            }

            var certificate = System.Text.Encoding.UTF8.GetString(files[0]);
            var key = files[1].Length > 0 ? System.Text.Encoding.UTF8.GetString(files[1]) : certificate;
            return password.Length > 0 ? X509Certificate2.CreateFromEncryptedPem(certificate, key, password) : X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (CryptographicException exception)
        {
            throw new ArgumentException(
                $"{LookupAuthOptions.Setting(nameof(_options.CertificateFile))} is '{_options.CertificateFile}', which with its key and password is no certificate: {exception.GetType().Name}. It takes PEM or PKCS #12.", exception);
        }
    }

    private static string Date(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
