namespace Millrace.Schemas;

/// <summary>A place in two versions of a schema.</summary>
/// <param name="Pointer">The JSON pointer to it.</param>
/// <param name="Path">The field that it is about.</param>
/// <param name="IsFrozen">Whether it is within a condition, where every change of meaning counts: what widens a condition may narrow the whole.</param>
internal sealed record SchemaPosition(string Pointer, string Path, bool IsFrozen)
{
    /// <summary>The whole schema.</summary>
    public static SchemaPosition Root { get; } = new("", ".", IsFrozen: false);

    /// <summary>Whether this is the whole schema.</summary>
    public bool IsRoot => Pointer.Length == 0;

    /// <summary>The pointer to a keyword here.</summary>
    public string At(string keyword) => $"{Pointer}/{JsonPath.Escape(keyword)}";

    /// <summary>A property of the object here.</summary>
    public SchemaPosition Property(string name) => this with { Pointer = $"{At("properties")}/{JsonPath.Escape(name)}", Path = Path.Length == 1 ? "." + name : $"{Path}.{name}" };

    /// <summary>The items of the array here.</summary>
    public SchemaPosition Items() => this with { Pointer = At("items"), Path = Path + "[]" };

    /// <summary>The values of the map here.</summary>
    public SchemaPosition Values() => this with { Pointer = At("additionalProperties"), Path = Path + "{}" };

    /// <summary>A schema below a keyword, about the same value.</summary>
    public SchemaPosition Below(string pointer, bool isFrozen) => this with { Pointer = Pointer + pointer, IsFrozen = IsFrozen || isFrozen };
}
