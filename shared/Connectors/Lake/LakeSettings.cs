using System.ComponentModel.DataAnnotations;

namespace Millrace.Connectors;

/// <summary>The <c>settings</c> of a connector stage whose store is the lake.</summary>
public sealed class LakeSettings
{
    internal const int DefaultCheckpointInterval = 10;

    /// <summary>Where the lake is: a directory, or a container's URL, <c>https://ACCOUNT.blob.core.windows.net/CONTAINER/FOLDER</c>.</summary>
    /// <remarks>A URL without <see cref="ConnectionString"/> is signed in to as Azure's default credential finds it. With one it is the container and folder, <c>CONTAINER/FOLDER</c>.</remarks>
    [Required]
    public string Path { get; set; } = "";

    /// <summary>The connection string of a storage account; null where <see cref="Path"/> is a directory or a URL.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The bytes of events of one partition that wait, durable, until they become Parquet files. The memory for writing grows with it, not with the number of hours.</summary>
    [Range(1024, 1L << 30)]
    public long RollBytes { get; set; } = 16L << 20;

    /// <summary>The number of events of one partition that wait until they become Parquet files.</summary>
    [Range(1, 10_000_000)]
    public int RollRows { get; set; } = 200_000;

    /// <summary>How long events wait at most until they become Parquet files and readers see them.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RollAge { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many commits a table's log has from one checkpoint to the next. A start reads a checkpoint and what was committed after it.</summary>
    [Range(1, 10_000)]
    public int CheckpointInterval { get; set; } = DefaultCheckpointInterval;

    /// <summary>The name of the empty file that appears in an hour's folder when the hour is complete; empty where there is to be none.</summary>
    [RegularExpression("^([_.][A-Za-z0-9._-]{1,64})?$", ErrorMessage = "it begins with _ or ., which readers of tables pass over, and goes on with letters, digits and . _ -; or it is empty")]
    public string SuccessFile { get; set; } = "_SUCCESS";

    /// <summary>How long after its end an hour stays open for events that come late, by their time or by the clock.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan Lateness { get; set; } = TimeSpan.FromMinutes(5);
}
