using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>The keywords <c>enum</c> and <c>const</c>: the value is one of some constants, compared by value.</summary>
internal sealed class ValuesRule
{
    private readonly string _keyword;
    private readonly JsonElement[] _values;
    private readonly string _list;

    /// <summary>Keeps clones of the constants.</summary>
    public ValuesRule(string keyword, IEnumerable<JsonElement> values)
    {
        _keyword = keyword;
        _values = [.. values.Select(value => value.Clone())];
        var list = string.Join(", ", _values.Select(value => JsonExcerpt.Shorten(JsonMarshal.GetRawUtf8Value(value))));
        list = JsonExcerpt.Shorten(Encoding.UTF8.GetBytes(list), 256);
        _list = keyword == "const" ? list : $"one of {list}";
    }

    /// <summary>The constants.</summary>
    public IReadOnlyList<JsonElement> Values => _values;

    /// <summary>Whether the value is one of the constants.</summary>
    public bool Evaluate(JsonElement value, Evaluation run)
    {
        foreach (var allowed in _values)
        {
            if (JsonEquality.Instance.Equals(allowed, value))
            {
                return true;
            }
        }

        return run.Fail(_keyword, $"must be {_list}, but is {value}");
    }
}
