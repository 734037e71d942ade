using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>A declared field.</summary>
internal sealed class DefaultsField
{
    /// <summary>The name, as JSON.</summary>
    public required JsonEncodedText Name { get; init; }

    /// <summary>The keyword <c>default</c> as the schema writes it; null where the field has none.</summary>
    public required byte[]? Written { get; init; }

    /// <summary>What the field's value gets; null is nothing.</summary>
    public DefaultsNode? Node { get; set; }

    /// <summary>The default, with the defaults of the fields that are absent in it; null where there is none.</summary>
    public byte[]? Value { get; private set; }

    /// <summary>Makes <see cref="Value"/>. A default that contains itself for ever stops where it would begin anew.</summary>
    public byte[]? Complete()
    {
        if (Value is null && Written is not null)
        {
            Value = Written;
            Value = Node is null ? Written : DefaultsPlan.Fill(Node, Written);
        }

        return Value;
    }
}
