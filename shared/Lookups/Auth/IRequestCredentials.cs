namespace Millrace.Lookups;

/// <summary>What requests show to be let in.</summary>
internal interface IRequestCredentials
{
    /// <summary>Puts it on a request, and notes with the call what it is.</summary>
    /// <returns>Null, or why there is nothing to show; the request must not be sent then.</returns>
    ValueTask<LookupFailure?> ApplyAsync(LookupCall call, HttpRequestMessage request, CancellationToken cancellationToken);

    /// <summary>After a refusal (401): whether there is now something else to show.</summary>
    /// <param name="shown">What was refused.</param>
    /// <param name="cancellationToken">Ends the wait for it.</param>
    ValueTask<bool> RenewAsync(string shown, CancellationToken cancellationToken);
}
