namespace Millrace.Lookups;

/// <summary>A secret in a header.</summary>
internal sealed class HeaderCredentials(string header, string prefix, SecretSource secret) : IRequestCredentials
{
    public ValueTask<LookupFailure?> ApplyAsync(LookupCall call, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var current = secret.Current;
        call.Shown = current;
        request.Headers.Remove(header);
        request.Headers.TryAddWithoutValidation(header, prefix + current);
        return default;
    }

    public ValueTask<bool> RenewAsync(string shown, CancellationToken cancellationToken) => new(secret.Latest() != shown);
}
