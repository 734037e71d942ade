using System.Text;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Lookups;

/// <summary>A bearer token of an authorization server, by the client's own credentials.</summary>
/// <remarks>
/// One fetch serves all who wait. From four fifths of a token's life on, the next one is fetched behind the requests, which go
/// on with the old one; only without one that holds do they wait. A refused token is replaced once: one that was fetched for
/// that reason just now, and is refused too, is not the cause.
/// </remarks>
internal sealed class ClientCredentials(LookupAuthOptions options, Uri address, SecretSource secret, LookupSender sender, TimeProvider time) : IRequestCredentials
{
    // RFC 6749 recommends that servers say how long; this is for those that do not.
    private static readonly TimeSpan UnknownLife = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(1);
    private static readonly TimeSpan RefusalPause = TimeSpan.FromSeconds(5);

    private readonly FlightGroup<string, LookupFailure?> _flights = new();
    private AccessToken? _token;

    public async ValueTask<LookupFailure?> ApplyAsync(LookupCall call, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = Volatile.Read(ref _token);
        if (token is null || Age(token) >= token.Life)
        {
            if (await FetchAsync(afterRefusal: false, cancellationToken).ConfigureAwait(false) is { } failure)
            {
                return failure;
            }

            token = Volatile.Read(ref _token)!;
        }
        else if (Age(token) >= token.Life * 0.8 && token.TryStartRenewal())
        {
            _ = RenewBehindAsync(token);
        }

        call.Shown = token.Value;
        request.Headers.Remove("Authorization");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token.Value}");
        return null;
    }

    public async ValueTask<bool> RenewAsync(string shown, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _token) is { } token && token.Value == shown)
        {
            if (token.AfterRefusal && Age(token) < RefusalPause)
            {
                return false;
            }

            return await FetchAsync(afterRefusal: true, cancellationToken).ConfigureAwait(false) is null;
        }

        return true;
    }

    private TimeSpan Age(AccessToken token) => time.GetElapsedTime(token.Fetched);

    private Task<LookupFailure?> FetchAsync(bool afterRefusal, CancellationToken cancellationToken) =>
        _flights.JoinAsync("", flight => FetchOnceAsync(afterRefusal, flight), cancellationToken);

    private async Task RenewBehindAsync(AccessToken token)
    {
        try
        {
            await FetchAsync(afterRefusal: false, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The lookup has ended; nobody wants it any more.
        }
        finally
        {
            token.EndRenewal();
        }
    }

    private async Task<LookupFailure?> FetchOnceAsync(bool afterRefusal, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var client = $"{Uri.EscapeDataString(options.ClientId)}:{Uri.EscapeDataString(afterRefusal ? secret.Latest() : secret.Current)}";
        var post = new LookupPost(
            Encoding.UTF8.GetBytes("grant_type=client_credentials" + (options.Scope.Length > 0 ? $"&scope={Uri.EscapeDataString(options.Scope)}" : "")),
            "application/x-www-form-urlencoded",
            [new("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(client))}")]);
        var answer = await sender.SendAsync(new LookupCall(address, asJson: true, post, Timeout.InfiniteTimeSpan, time), cancellationToken).ConfigureAwait(false);
        if (answer.Failure is { } failure)
        {
            return Failed(failure.Cause) with { Retryable = failure.Retryable, RetryAfter = failure.RetryAfter };
        }

        if (Token(answer.Json) is not { } value)
        {
            return Failed("the answer holds no bearer token ('access_token', and 'token_type' Bearer)");
        }

        Volatile.Write(ref _token, new AccessToken(value, started, Life(answer.Json), afterRefusal));
        return null;
    }

    // The exception behind it is left out: what it may quote is not known.
    private LookupFailure Failed(string cause) =>
        new(LookupErrorTypes.NoToken, $"no token could be fetched from {address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)}: {cause}");

    private static string? Token(JsonElement answer) =>
        answer.Child("access_token"u8).Text() is { Length: > 0 } token
        && !token.AsSpan().ContainsAnyExceptInRange('!', '~')
        && string.Equals(answer.Child("token_type"u8).Text() ?? "bearer", "bearer", StringComparison.OrdinalIgnoreCase)
            ? token
            : null;

    private static TimeSpan Life(JsonElement answer) =>
        answer.Child("expires_in"u8).Number() is { } seconds and > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, LongestLife.TotalSeconds)) : UnknownLife;
}
