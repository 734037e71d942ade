namespace Millrace.Schemas;

/// <summary>A schema has no table in SQL, or not in that dialect, or no statements lead from one version to the next.</summary>
/// <param name="refusals">All the reasons, at least one.</param>
public sealed class SqlRefusedException(IReadOnlyList<SqlRefusal> refusals) : Exception(string.Join(Environment.NewLine, refusals))
{
    /// <summary>All the reasons, at least one.</summary>
    public IReadOnlyList<SqlRefusal> Refusals { get; } = refusals;

    /// <summary>Throws if there is a reason to.</summary>
    internal static void ThrowIfAny(IReadOnlyList<SqlRefusal> refusals)
    {
        if (refusals.Count > 0)
        {
            throw new SqlRefusedException(refusals);
        }
    }
}
