using Millrace.Local;

namespace Millrace.Resilience;

/// <summary>A fact about a real PostgreSQL; skipped, and said so, where npm delivers none.</summary>
internal sealed class PostgresFactAttribute : FactAttribute
{
    /// <param name="needsDisk">Whether it has to be on a disk of its own.</param>
    public PostgresFactAttribute(bool needsDisk = false) => Skip = PostgresPackage.Missing ?? (needsDisk && !BrokerProcess.CanHaveDisk() ? DiskFactAttribute.Missing : null);
}
