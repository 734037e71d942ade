namespace Millrace.Schemas;

/// <summary>Fields whose places are to be noted while an event is read.</summary>
internal sealed class FieldTree
{
    private readonly Dictionary<string, FieldTree> _fields = new(StringComparer.Ordinal);

    /// <summary>Where the place of this field is noted; -1 is nowhere.</summary>
    public int Slot { get; private set; } = -1;

    /// <summary>The fields within this one.</summary>
    public IReadOnlyDictionary<string, FieldTree> Fields => _fields;

    /// <summary>Adds a field.</summary>
    /// <param name="path">The names that lead to it.</param>
    /// <param name="slot">Where its place is to be noted.</param>
    /// <returns>Where its place is noted, which is elsewhere for a field that was added before.</returns>
    public int Add(ReadOnlySpan<string> path, int slot)
    {
        if (path.IsEmpty)
        {
            return Slot < 0 ? Slot = slot : Slot;
        }

        if (!_fields.TryGetValue(path[0], out var field))
        {
            _fields[path[0]] = field = new FieldTree();
        }

        return field.Add(path[1..], slot);
    }
}
