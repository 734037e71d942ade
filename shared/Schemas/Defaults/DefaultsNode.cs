namespace Millrace.Schemas;

/// <summary>What a value of a certain place gets where fields are absent, and which places below it get something.</summary>
internal sealed class DefaultsNode
{
    /// <summary>The names of <see cref="Fields"/>.</summary>
    public Utf8NameTable Names { get; set; } = new(Array.Empty<byte[]>());

    /// <summary>The fields that are declared.</summary>
    public DefaultsField[] Fields { get; set; } = [];

    /// <summary>What the values of other fields get; null is nothing.</summary>
    public DefaultsNode? OtherFields { get; set; }

    /// <summary>What the first items get, one by one; null is nothing.</summary>
    public DefaultsNode?[] Items { get; set; } = [];

    /// <summary>What the items after those get; null is nothing.</summary>
    public DefaultsNode? OtherItems { get; set; }

    /// <summary>The places directly below.</summary>
    public IEnumerable<DefaultsNode> Below =>
        Fields.Select(declared => declared.Node).Concat(Items).Append(OtherFields).Append(OtherItems).OfType<DefaultsNode>();
}
