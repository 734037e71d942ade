namespace Millrace.Local;

/// <summary>A store that <c>millrace dev</c> is to write to: <c>postgres</c>, or <c>postgres=</c> and where it is.</summary>
/// <param name="Store">What a stage's entry in the catalog names it by.</param>
/// <param name="Where">A connection string, or a path; null is a store of the session's own.</param>
internal sealed record DevConnection(string Store, string? Where)
{
    public static DevConnection Parse(string text) => text.Split('=', 2) switch
    {
        [{ Length: > 0 } store] => new DevConnection(store, null),
        [{ Length: > 0 } store, { Length: > 0 } where] => new DevConnection(store, where),
        _ => throw new UsageException($"--connect is '{text}'; allowed is STORE or STORE=WHERE."),
    };
}
