namespace Millrace.Local;

/// <summary>A key of a YAML mapping, or, where the key is null, an item of a list: with its value, and with why it is there.</summary>
internal sealed record YamlEntry(string? Key, object Value, string? Why);
