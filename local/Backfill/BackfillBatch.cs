namespace Millrace.Local;

/// <summary>How many records a stage is given at a time: as host.json has it for triggers.</summary>
internal static class BackfillBatch
{
    public const int MaxRecords = 1000;
    public const long MaxBytes = 16 * 1024 * 1024;
}
