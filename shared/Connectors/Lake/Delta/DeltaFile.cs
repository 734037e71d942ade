namespace Millrace.Connectors;

/// <summary>A Parquet file that a table is made of.</summary>
/// <param name="Path">Its path below the table's folder.</param>
/// <param name="Hour">The hour of its events.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Modified">When it was written.</param>
public sealed record DeltaFile(string Path, LakeHour Hour, long Size, long Rows, DateTimeOffset Modified);
