using System.Text.Encodings.Web;

namespace Millrace.Schemas;

/// <summary>The way from an event to one of its fields, through arrays and maps.</summary>
public sealed class SqlPath
{
    private const string Item = "element";
    private const string Value = "value";

    private readonly SqlPath? _parent;
    private readonly string _step;
    private readonly bool _isName;

    private SqlPath(SqlPath? parent, string step, bool isName) => (_parent, _step, _isName) = (parent, step, isName);

    /// <summary>The whole event.</summary>
    public static SqlPath Root { get; } = new(null, "", isName: false);

    /// <summary>Whether it leads to a column, and not to a field within one.</summary>
    public bool IsColumn => _isName && _parent == Root;

    /// <summary>The way to a field of a row.</summary>
    public SqlPath Field(string name) => new(this, name, isName: true);

    /// <summary>The way to the items of an array.</summary>
    public SqlPath Items() => new(this, Item, isName: false);

    /// <summary>The way to the values of a map.</summary>
    public SqlPath Values() => new(this, Value, isName: false);

    /// <summary>The path in words: <c>.a.b[].c.*</c>; a dot alone is the whole event.</summary>
    public override string ToString() => _parent is null ? "." : Prefix(_parent) + (_isName, _step) switch
    {
        (true, var name) => "." + JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(name),
        (false, Item) => "[]",
        _ => ".*",
    };

    /// <summary>The path in SQL, where <c>element</c> and <c>value</c> lead into arrays and maps: <c>"a"."b".element."c"</c>.</summary>
    internal string ToSql(Func<string, string> quoteColumn, Func<string, string> quoteField)
    {
        var step = !_isName ? _step : IsColumn ? quoteColumn(_step) : quoteField(_step);
        return _parent is null || _parent == Root ? step : $"{_parent.ToSql(quoteColumn, quoteField)}.{step}";
    }

    private static string Prefix(SqlPath parent) => parent == Root ? "" : parent.ToString();
}
