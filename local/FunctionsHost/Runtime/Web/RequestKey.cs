using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost;

/// <summary>Compares the key of a request with those of the settings: of the header <c>x-functions-key</c>, or else of the query's <c>code</c>.</summary>
/// <remarks>The Azure tools ask for no key on a developer's machine. This host may run anywhere, so it always does.</remarks>
internal sealed class RequestKey(HttpOptions options)
{
    /// <summary>Whether the request may call a function of that level.</summary>
    public bool Admits(HttpRequest request, AuthorizationLevel level)
    {
        if (level == AuthorizationLevel.Anonymous)
        {
            return true;
        }

        var key = request.Headers["x-functions-key"].ToString() is { Length: > 0 } header ? header : request.Query["code"].ToString();
        return Equal(key, options.MasterKey) || (level == AuthorizationLevel.Function && Equal(key, options.FunctionKey));
    }

    /// <summary>Why nobody could ever call a function of that level; null if somebody can.</summary>
    public string? Refusal(AuthorizationLevel level) => level switch
    {
        AuthorizationLevel.Function when options.FunctionKey is null && options.MasterKey is null =>
            $"needs a key, and there is none: set {HttpOptions.FunctionKeySetting} or {HttpOptions.MasterKeySetting}",
        AuthorizationLevel.Admin when options.MasterKey is null => $"needs the master key, and there is none: set {HttpOptions.MasterKeySetting}",
        _ => null,
    };

    // In a time that does not depend on where they differ.
    private static bool Equal(string given, string? expected) => expected is not null
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));
}
