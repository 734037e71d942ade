using System.ComponentModel.DataAnnotations;

namespace Millrace.Connectors;

/// <summary>The settings of a stage whose connector is <c>postgres</c>.</summary>
public sealed class PostgresSettings
{
    /// <summary>How to connect, in Npgsql's words: <c>Host=db;Database=events;Username=millrace</c>. A password belongs into the host's settings.</summary>
    [Required(ErrorMessage = "it has to say how to connect, such as Host=db;Database=events;Username=millrace.")]
    public string? ConnectionString { get; set; }

    /// <summary>The schema of the database that the tables are in; <c>public</c> unless set. It is created where it is missing.</summary>
    [Required(ErrorMessage = "it has to name a schema.")]
    [RegularExpression("(?!pg_)[a-z_][a-z0-9_]{0,62}", ErrorMessage = "allowed are 1 to 63 of a-z, 0-9 and _, no digit first, and not pg_.")]
    public string Schema { get; set; } = "public";

    /// <summary>What the tables are; <see cref="PostgresMode.Append"/> unless set.</summary>
    public PostgresMode Mode { get; set; }

    /// <summary>What becomes of duplicates where the tables are appended to; <see cref="PostgresDuplicates.Drop"/> unless set.</summary>
    public PostgresDuplicates Duplicates { get; set; }

    /// <summary>How many connections the stage's partitions share; 8 unless set.</summary>
    [Range(1, 1000)]
    public int Connections { get; set; } = 8;
}
