using Millrace.Local;
using Millrace.Tests;

namespace Millrace.Connectors.Tests;

/// <summary>A fact about a real PostgreSQL; skipped, and said so, where npm delivers none.</summary>
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresPackage.Missing;
}

/// <summary>A theory about a real PostgreSQL; skipped, and said so, where npm delivers none.</summary>
internal sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = PostgresPackage.Missing;
}

/// <summary>A theory about shared data in a real PostgreSQL; skipped, and said so, where one of them is not there.</summary>
internal sealed class CorpusInPostgresTheoryAttribute : TheoryAttribute
{
    public CorpusInPostgresTheoryAttribute() => Skip = Corpus.Missing ?? PostgresPackage.Missing;
}
