namespace Millrace.Connectors;

/// <summary>An event that waits in a spool.</summary>
/// <param name="SchemaUri">Its schema.</param>
/// <param name="Offset">Its offset in the partition.</param>
/// <param name="Time">Its <c>meta.dt</c>.</param>
/// <param name="Id">Stands for its <c>meta.id</c>; empty where it has none.</param>
/// <param name="Value">Its bytes.</param>
internal readonly record struct SpooledEvent(string SchemaUri, long Offset, DateTime Time, Guid Id, ReadOnlyMemory<byte> Value)
{
    /// <summary>The hour of the table that it belongs to.</summary>
    public LakeHour Hour => LakeHour.Of(Time);
}
