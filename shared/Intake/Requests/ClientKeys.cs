using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Millrace.Core;

namespace Millrace.Intake;

/// <summary>Lets clients in by their keys: of the header <c>X-API-Key</c>, or of <c>Authorization: Bearer</c>.</summary>
internal sealed class ClientKeys
{
    private const int Shortest = 16;
    private const string Header = "X-API-Key";
    private const string Bearer = "Bearer ";

    private readonly byte[][] _keys;

    /// <exception cref="CatalogException">A key is too short; the message does not repeat it.</exception>
    public ClientKeys(IntakeOptions options)
    {
        foreach (var (client, key) in options.ApiKeys)
        {
            if (key.Length < Shortest)
            {
                throw new CatalogException($"Intake:ApiKeys:{client} is too short; allowed are {Shortest} characters or more.");
            }
        }

        _keys = [.. options.ApiKeys.Values.Select(Hash)];
    }

    /// <summary>Whether the request has one of the keys, if there are any. Takes as long whichever key it has, or nearly has.</summary>
    public bool Admits(HttpRequest request)
    {
        if (_keys.Length == 0)
        {
            return true;
        }

        var given = Hash(KeyOf(request));
        var isKnown = false;
        foreach (var key in _keys)
        {
            isKnown |= CryptographicOperations.FixedTimeEquals(given, key);
        }

        return isKnown;
    }

    private static string KeyOf(HttpRequest request) =>
        request.Headers[Header].ToString() is { Length: > 0 } key ? key
        : request.Headers.Authorization.ToString() is var authorization && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim()
        : "";

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
