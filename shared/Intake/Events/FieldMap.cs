using System.Text.Json;

namespace Millrace.Intake;

/// <summary>The fields that the intake looks at in every event, as a tree of numbered nodes; 0 is the event itself.</summary>
internal sealed class FieldMap
{
    private readonly List<Node> _nodes = [new(JsonEncodedText.Encode(""), "")];

    /// <summary>A map of the fields that every intake looks at.</summary>
    public FieldMap()
    {
        Schema = Add("$schema");
        Stream = Add("meta.stream");
        Id = Add("meta.id");
        Time = Add("meta.dt");
    }

    /// <summary><c>$schema</c>.</summary>
    public int Schema { get; }

    /// <summary><c>meta.stream</c>.</summary>
    public int Stream { get; }

    /// <summary><c>meta.id</c>.</summary>
    public int Id { get; }

    /// <summary><c>meta.dt</c>.</summary>
    public int Time { get; }

    /// <summary>How many nodes there are.</summary>
    public int Count => _nodes.Count;

    /// <summary>The number of a field; the same for the same path.</summary>
    /// <param name="path">The names that lead to it, with dots between.</param>
    public int Add(string path)
    {
        var node = 0;
        foreach (var name in path.Split('.'))
        {
            node = _nodes[node].Children.Find(child => _nodes[child].Plain == name) is var known and > 0 ? known : Append(node, name);
        }

        return node;
    }

    /// <summary>The nodes below a node.</summary>
    public IReadOnlyList<int> ChildrenOf(int node) => _nodes[node].Children;

    /// <summary>A node's name, as JSON.</summary>
    public JsonEncodedText NameOf(int node) => _nodes[node].Name;

    /// <summary>The node below a node whose name the reader stands at; -1 where there is none.</summary>
    public int Find(int parent, ref Utf8JsonReader reader)
    {
        foreach (var child in _nodes[parent].Children)
        {
            if (reader.ValueTextEquals(_nodes[child].Utf8))
            {
                return child;
            }
        }

        return -1;
    }

    private int Append(int parent, string name)
    {
        _nodes.Add(new Node(JsonEncodedText.Encode(name), name));
        _nodes[parent].Children.Add(_nodes.Count - 1);
        return _nodes.Count - 1;
    }

    private sealed class Node(JsonEncodedText name, string plain)
    {
        public JsonEncodedText Name => name;

        public string Plain => plain;

        public byte[] Utf8 { get; } = System.Text.Encoding.UTF8.GetBytes(plain);

        public List<int> Children { get; } = [];
    }
}
