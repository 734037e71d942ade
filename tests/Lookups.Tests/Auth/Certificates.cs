using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Millrace.Lookups.Tests;

/// <summary>Certificates that sign themselves.</summary>
internal static class Certificates
{
    public static X509Certificate2 Make(string name, DateTimeOffset from, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(from, until);
    }

    public static X509Certificate2 Make(string name) => Make(name, TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));

    public static string Pem(X509Certificate2 certificate) => $"{certificate.ExportCertificatePem()}\n{Key(certificate)}";

    public static string Key(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    public static string EncryptedKey(X509Certificate2 certificate, string password) => certificate.GetECDsaPrivateKey()!
        .ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000));
}
