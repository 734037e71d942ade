using Millrace.Core;

namespace Millrace.OpenApi;

/// <summary>Brings together what a declaration binds and what the operation takes, by the schemas of both.</summary>
/// <param name="lookup">The declaration.</param>
/// <param name="operation">The operation.</param>
/// <param name="events">The schemas of the events, and their shapes.</param>
/// <param name="add">Told of what does not fit: the place in the entry, and a sentence.</param>
internal sealed class ParameterBinder(LookupDefinition lookup, ApiOperation operation, IReadOnlyList<(string Uri, SchemaShape Shape)> events, Action<string, string> add)
{
    /// <summary>Binds parameters; what does not fit is told.</summary>
    /// <param name="key">The key of the declaration: <c>parameters</c> or <c>body</c>.</param>
    /// <param name="bindings">What it says.</param>
    /// <param name="parameters">What the operation has.</param>
    public List<BoundParameter> Bind(string key, IReadOnlyDictionary<string, FieldBinding> bindings, IReadOnlyList<ApiParameter> parameters)
    {
        if (key == "body" && bindings.Count > 0 && !operation.IsPost)
        {
            add("lookup.body", $"Operation '{lookup.Operation}' is a GET, which has no body.");
            return [];
        }

        var bound = new List<BoundParameter>();
        foreach (var (name, binding) in bindings)
        {
            var place = $"lookup.{key}.{name}";
            var named = parameters.Where(parameter => parameter.Name == name).ToList();
            if (named.Count == 0)
            {
                add(place, $"Operation '{lookup.Operation}' has no {(key == "body" ? "field of its body" : "parameter")} '{name}'; it has {Names(parameters)}.");
            }

            // A name may stand for one parameter in the path, and for another in the query.
            foreach (var parameter in named)
            {
                if (Problem(parameter, binding) is { } problem)
                {
                    add(place, problem);
                }

                bound.Add(new BoundParameter(parameter, binding));
            }
        }

        foreach (var parameter in parameters.Where(parameter => parameter.IsRequired && !bindings.ContainsKey(parameter.Name)))
        {
            add($"lookup.{key}", $"It does not bind '{parameter.Name}', which operation '{lookup.Operation}' requires ({parameter.In}, {lookup.Document}#{parameter.Place}).");
        }

        return bound;
    }

    private string? Problem(ApiParameter parameter, FieldBinding binding)
    {
        if (parameter.In is "header" or "cookie")
        {
            return $"'{parameter.Name}' is a {parameter.In} parameter; an event may fill those in path and query, and fields of the body.";
        }

        var allowed = new SchemaShape(parameter.Schema);
        if (parameter.In != "body" && (allowed.Types & ~(JsonTypes.Array | JsonTypes.Object | JsonTypes.Null)) == JsonTypes.None)
        {
            return $"Parameter '{parameter.Name}' is {ShapeFit.Name(allowed.Types)}, or written in a style of its own; a value of an address is one text, number or truth value.";
        }

        if (binding.Field is null)
        {
            return parameter.Check.Refuse(binding.Value) is { } refusal ? $"The constant is {Excerpt.Of(binding.Value.GetRawText())}, and its schema says: {refusal}." : null;
        }

        foreach (var (uri, shape) in events)
        {
            if (shape.At(binding.Field) is not { } field)
            {
                return $"{uri} has no field '{binding.Field}'.";
            }

            if (ShapeFit.Problem(field, allowed, [], binding.Field) is { } problem)
            {
                return $"It does not fit: in {uri}, {problem} by {lookup.Document}#{parameter.Place}.";
            }
        }

        return null;
    }

    private static string Names(IReadOnlyList<ApiParameter> parameters) => parameters.Count == 0 ? "none" : string.Join(", ", parameters.Select(parameter => parameter.Name));
}
