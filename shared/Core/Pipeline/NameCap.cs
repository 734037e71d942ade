using System.Collections.Concurrent;

namespace Millrace.Core;

/// <summary>Names that become labels of metrics: the first so many are kept, and all others are one.</summary>
/// <remarks>Error types and reasons are the stage author's, who may well put an id into one; a label must not have a value for every event. Safe for concurrent use.</remarks>
internal sealed class NameCap
{
    /// <summary>How many names there are at most, beside <see cref="Other"/>.</summary>
    public const int Most = 50;

    /// <summary>What stands for all others, by OpenTelemetry's convention for <c>error.type</c>.</summary>
    public const string Other = "_OTHER";

    private const int Longest = 100;
    private readonly ConcurrentDictionary<string, bool> _names = new();

    /// <summary>The name itself, or <see cref="Other"/>.</summary>
    public string Of(string name)
    {
        if (_names.ContainsKey(name))
        {
            return name;
        }

        if (name.Length > Longest)
        {
            return Other;
        }

        lock (_names)
        {
            return _names.Count < Most && _names.TryAdd(name, true) || _names.ContainsKey(name) ? name : Other;
        }
    }
}
