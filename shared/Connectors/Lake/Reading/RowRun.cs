namespace Millrace.Connectors;

/// <summary>The rows of one partition in one row group of a file.</summary>
/// <param name="File">The file.</param>
/// <param name="RowGroup">The row group's number in it.</param>
/// <param name="First">The lowest of their offsets.</param>
/// <param name="Last">The highest.</param>
internal sealed record RowRun(DeltaFile File, int RowGroup, long First, long Last);
