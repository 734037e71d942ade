namespace Millrace.Connectors;

/// <summary>A file of a lake.</summary>
/// <param name="Name">Its path below the lake's root, with slashes.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Modified">When it was written.</param>
public sealed record LakeFile(string Name, long Size, DateTimeOffset Modified);
