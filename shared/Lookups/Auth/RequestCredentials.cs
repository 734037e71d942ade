using Microsoft.Extensions.Logging;

namespace Millrace.Lookups;

/// <summary>Makes what requests show of what is configured.</summary>
internal static class RequestCredentials
{
    private const int MaxTokenAnswer = 64 * 1024;

    /// <summary>What requests show; null where that is nothing, or is shown when a connection is made.</summary>
    /// <exception cref="ArgumentException">A setting or its file cannot be used; the message names it.</exception>
    public static IRequestCredentials? Create(LookupAuthOptions options, HttpClient client, TimeProvider time, ILogger logger) => options.Kind switch
    {
        LookupAuthKind.Header => new HeaderCredentials(HeaderName(options.Header), "", new SecretSource(options, time, logger)),
        LookupAuthKind.Bearer => new HeaderCredentials("Authorization", "Bearer ", new SecretSource(options, time, logger)),
        LookupAuthKind.ClientCredentials => new ClientCredentials(
            options, TokenAddress(options.TokenAddress), new SecretSource(options, time, logger), new LookupSender(client, MaxTokenAnswer, time, quotesReasons: false), time),
        _ => null,
    };

    private static string HeaderName(string name)
    {
        using var request = new HttpRequestMessage();
        return request.Headers.TryAddWithoutValidation(name, "") ? name : throw new ArgumentException(
            $"{LookupAuthOptions.Setting(nameof(LookupAuthOptions.Header))} is '{name}'; it takes the name of a request header, such as X-Api-Key.");
    }

    private static Uri TokenAddress(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp) && uri.UserInfo.Length == 0
            ? uri
            : throw new ArgumentException($"{LookupAuthOptions.Setting(nameof(LookupAuthOptions.TokenAddress))} cannot be used; it takes an http or https address without a user name.");
}
