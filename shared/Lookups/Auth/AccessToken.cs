namespace Millrace.Lookups;

/// <summary>A token that an authorization server gave.</summary>
/// <param name="Value">What is shown.</param>
/// <param name="Fetched">When it was asked for: a timestamp of the clock.</param>
/// <param name="Life">How long it holds from then on.</param>
/// <param name="AfterRefusal">Whether it was fetched because the one before was refused.</param>
internal sealed record AccessToken(string Value, long Fetched, TimeSpan Life, bool AfterRefusal)
{
    private int _renewing;

    /// <summary>Whether the caller is the one to fetch the next one.</summary>
    public bool TryStartRenewal() => Interlocked.Exchange(ref _renewing, 1) == 0;

    /// <summary>Lets the next one try it, once fetching has failed.</summary>
    public void EndRenewal() => Volatile.Write(ref _renewing, 0);

    /// <summary>Without the token, wherever it is written.</summary>
    public override string ToString() => nameof(AccessToken);
}
