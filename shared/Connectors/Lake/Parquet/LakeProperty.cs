namespace Millrace.Connectors;

/// <summary>A property of an object that a table has a place for.</summary>
/// <param name="Utf8Name">Its name.</param>
/// <param name="IsDeclared">Whether the schema of the events declares it; else it stays empty.</param>
/// <param name="Node">Its place.</param>
internal sealed record LakeProperty(byte[] Utf8Name, bool IsDeclared, LakeNode Node)
{
    /// <summary>The object, by its number, that had the property last.</summary>
    public long SeenIn { get; set; }
}
