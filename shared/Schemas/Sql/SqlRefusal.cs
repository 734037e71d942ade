namespace Millrace.Schemas;

/// <summary>One reason why a schema has no table, or a table no way from one version to the next.</summary>
/// <param name="Path">Where in the events; a dot alone is the whole event.</param>
/// <param name="Reason">A sentence that names what was found and what is allowed.</param>
public sealed record SqlRefusal(string Path, string Reason)
{
    /// <summary>Path and reason on one line.</summary>
    public override string ToString() => $"{Path}: {Reason}";
}
