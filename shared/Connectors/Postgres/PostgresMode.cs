namespace Millrace.Connectors;

/// <summary>What a stream's table is.</summary>
public enum PostgresMode
{
    /// <summary>A row for each event.</summary>
    Append,

    /// <summary>A row for each key of the stream, as its last event has it; a <c>changelog_kind</c> of <c>delete</c> removes it.</summary>
    Upsert,
}
