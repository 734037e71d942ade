using System.Security.Cryptography;
using System.Text;

namespace Millrace.Local;

/// <summary>Compares what is secret.</summary>
internal static class Secret
{
    /// <summary>Whether two texts are the same, in a time that does not depend on where they differ.</summary>
    public static bool Equal(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));
}
