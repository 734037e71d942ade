namespace Millrace.Connectors;

/// <summary>An event that waits in a spool.</summary>
/// <param name="SchemaUri">Its schema.</param>
/// <param name="Hour">The hour of its <c>meta.dt</c>.</param>
/// <param name="Id">Stands for its <c>meta.id</c>; empty where it has none.</param>
/// <param name="Value">Its bytes.</param>
internal readonly record struct SpooledEvent(string SchemaUri, LakeHour Hour, Guid Id, ReadOnlyMemory<byte> Value);
