using Millrace.Core;

namespace Millrace.OpenApi;

/// <summary>Whether values of one shape are values of another.</summary>
internal static class ShapeFit
{
    private const int MaxDepth = 24;

    // A whole number is a number, and is named once.
    private static readonly JsonTypes[] Single = [JsonTypes.Null, JsonTypes.Boolean, JsonTypes.Integer, JsonTypes.Number, JsonTypes.String, JsonTypes.Array, JsonTypes.Object];

    /// <summary>Why they are not, as a sentence; null where they are, as far as shapes tell.</summary>
    /// <param name="from">The shape of the values.</param>
    /// <param name="to">The shape of the place.</param>
    /// <param name="leaveOut">Fields that are not looked at.</param>
    /// <param name="at">Where the values stand, for the sentence and for <paramref name="leaveOut"/>.</param>
    public static string? Problem(SchemaShape from, SchemaShape to, IReadOnlyList<FieldPointer> leaveOut, FieldPointer at)
    {
        if (at.Names.Count > MaxDepth || leaveOut.Any(pointer => pointer.Text == at.Text))
        {
            return null;
        }

        // Null at the top is no value: it is left out.
        var types = from.Types & ~JsonTypes.Null;
        if ((types & ~to.Types) != JsonTypes.None)
        {
            return $"{Name(at)} is {Name(types)}, and {Name(to.Types)} is allowed";
        }

        return (types.HasFlag(JsonTypes.Array) ? Items(from, to, leaveOut, at) : null)
            ?? (types.HasFlag(JsonTypes.Object) ? Fields(from, to, leaveOut, at) : null);
    }

    /// <summary>The names of types, such as <c>integer or string</c>.</summary>
    public static string Name(JsonTypes types) => types switch
    {
        JsonTypes.None => "nothing",
        JsonTypes.All => "of any type",
        _ => string.Join(" or ", Single.Where(type => types.HasFlag(type) && !(type == JsonTypes.Integer && types.HasFlag(JsonTypes.Number))).Select(type => type.ToString().ToLowerInvariant())),
    };

    private static string Name(FieldPointer at) => at.Names.Count == 0 ? "the whole" : $"'{at}'";

    private static string? Items(SchemaShape from, SchemaShape to, IReadOnlyList<FieldPointer> leaveOut, FieldPointer at) =>
        to.Items is not { } items ? null
        : from.Items is { } own ? Problem(own, items, leaveOut, Below(at, "0"))
        : items.Types == JsonTypes.All ? null : $"{Name(at)} is a list of anything, and of {Name(items.Types)} is allowed";

    private static string? Fields(SchemaShape from, SchemaShape to, IReadOnlyList<FieldPointer> leaveOut, FieldPointer at)
    {
        foreach (var (name, shape) in from.Properties)
        {
            var (below, target) = (Below(at, name), to.Field(name));
            var problem = target is not null ? Problem(shape, target, leaveOut, below)
                : to.IsClosed && !leaveOut.Any(pointer => pointer.Text == below.Text) ? $"'{below}' is no field that is allowed there" : null;
            if (problem is not null)
            {
                return problem;
            }
        }

        return from.Others is not { } others ? null
            : to.Others is { } allowed ? Problem(others, allowed, leaveOut, Below(at, "*"))
            : to.IsClosed ? $"{Name(at)} has fields of any name, and only some are allowed" : null;
    }

    private static FieldPointer Below(FieldPointer at, string name) => FieldPointer.Of([.. at.Names, name]);
}
