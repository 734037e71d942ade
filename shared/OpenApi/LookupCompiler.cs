using System.Text.Json;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.OpenApi;

/// <summary>Makes the plan of a declared lookup, or says everything that does not fit: the entry, its OpenAPI document, and the schemas of its streams.</summary>
internal sealed class LookupCompiler
{
    private readonly StageDefinition _stage;
    private readonly LookupDefinition _lookup;
    private readonly Func<string, JsonElement?> _schemas;
    private readonly List<(string Uri, SchemaShape Shape)> _events = [];
    private readonly List<LookupProblem> _problems = [];

    private LookupCompiler(StageDefinition stage, Func<string, JsonElement?> schemas) => (_stage, _lookup, _schemas) = (stage, stage.Lookup!, schemas);

    /// <summary>Makes the plan.</summary>
    /// <param name="stage">The stage; it is a lookup.</param>
    /// <param name="catalog">The stages that may write its inputs.</param>
    /// <param name="document">Its OpenAPI document.</param>
    /// <param name="schemas">The documents of schemas, by URI; null where there is none.</param>
    /// <param name="problems">What does not fit; there is a plan only where there is nothing.</param>
    public static LookupPlan? Compile(StageDefinition stage, StageCatalog catalog, Func<ApiDocument> document, Func<string, JsonElement?> schemas, out IReadOnlyList<LookupProblem> problems)
    {
        var compiler = new LookupCompiler(stage, schemas);
        problems = compiler._problems;
        LookupPlan? plan;
        try
        {
            plan = compiler.Compile(catalog, document());
        }
        catch (ApiDocumentException wrong)
        {
            compiler._problems.Add(wrong.Problem);
            return null;
        }

        return compiler._problems.Count == 0 ? plan : null;
    }

    private LookupPlan Compile(StageCatalog catalog, ApiDocument document)
    {
        var operation = new OperationReader(document).Read(_lookup.Operation);
        var answer = Compile(document, operation);
        FindEvents(catalog);
        CheckRules("match", _lookup.Match);
        CheckRules("match_not", _lookup.MatchNot);
        var binder = new ParameterBinder(_lookup, operation, _events, Add);
        var parameters = binder.Bind("parameters", _lookup.Parameters, operation.Parameters);
        var body = binder.Bind("body", _lookup.Body, operation.Body);
        CheckInto(operation);
        return new LookupPlan(_lookup, operation, parameters, body, answer);
    }

    private static EmbeddedSchema Compile(ApiDocument document, ApiOperation operation)
    {
        try
        {
            return EmbeddedSchema.Compile($"{document.Name}#{operation.AnswerPlace}", operation.Answer);
        }
        catch (SchemaException cause)
        {
            throw new ApiDocumentException(document.Name, operation.AnswerPlace, cause.Message);
        }
    }

    // A stream's events are of the version that its writer names; who writes it elsewhere is not known here.
    private void FindEvents(StageCatalog catalog)
    {
        foreach (var input in _stage.Inputs)
        {
            var uri = _lookup.Schemas.FirstOrDefault(uri => uri.StartsWith($"/{input.SchemaTitle}/", StringComparison.Ordinal))
                ?? catalog.Stages.SelectMany(stage => stage.Outputs).FirstOrDefault(output => output.Stream.Name == input.Name)?.SchemaUri;
            if (uri is null)
            {
                Add("lookup.schemas", $"It names no schema /{input.SchemaTitle}/<version>, and no stage of the catalog writes {input.Name}: name the version that the declaration is to be checked against.");
            }
            else if (_schemas(uri) is { } schema)
            {
                _events.Add((uri, new SchemaShape(schema, _schemas)));
            }
            else
            {
                Add("lookup.schemas", $"There is no schema '{uri}', which events of {input.Name} have.");
            }
        }
    }

    private void CheckRules(string key, IReadOnlyList<FieldRule> rules)
    {
        foreach (var rule in rules)
        {
            foreach (var (uri, events) in _events)
            {
                if (events.At(rule.Field) is not { } field)
                {
                    Add($"lookup.{key}", $"{uri} has no field '{rule.Field}'.");
                    continue;
                }

                // An absent field is as good as null.
                foreach (var value in rule.Values.Where(value => value.ValueKind != JsonValueKind.Null))
                {
                    if (Refuse(uri, field, value) is { } refusal)
                    {
                        Add($"lookup.{key}", $"'{rule.Field}' can never be {value.GetRawText()}, by {uri}: {refusal}.");
                    }
                }
            }
        }
    }

    private void CheckInto(ApiOperation operation)
    {
        var uri = _stage.Outputs[0].SchemaUri;
        if (_schemas(uri) is not { } schema)
        {
            Add($"outputs.{_stage.Outputs[0].Stream.Name}", $"There is no schema '{uri}'.");
            return;
        }

        var (output, answer) = (new SchemaShape(schema, _schemas), new SchemaShape(operation.Answer));
        for (var index = 0; index < _lookup.Into.Count; index++)
        {
            if (Problem(_lookup.Into[index], answer, output, uri) is { } problem)
            {
                Add($"lookup.into[{index}]", problem);
            }
        }

        CheckCopies(output, uri);
    }

    private string? Problem(FieldMapping mapping, SchemaShape answer, SchemaShape output, string uri)
    {
        if (output.At(mapping.To) is not { } target)
        {
            return $"{uri} has no field '{mapping.To}'.";
        }

        if (mapping.From.Field is not { } from)
        {
            var value = mapping.From.Value;
            return Refuse(uri, target, value) is { } refusal ? $"The constant is {Excerpt.Of(value.GetRawText())}, and {uri} says of '{mapping.To}': {refusal}." : null;
        }

        if (answer.At(from) is not { } source)
        {
            return $"The answer has no '{from}' by {_lookup.Document}.";
        }

        return ShapeFit.Problem(source, target, [], from) is { } problem ? $"It does not fit: in the answer, {problem} in '{mapping.To}' of {uri}." : null;
    }

    // What is not touched goes from the event to the output as it is.
    private void CheckCopies(SchemaShape output, string uri)
    {
        List<FieldPointer> leaveOut = [FieldPointer.Of(["$schema"]), FieldPointer.Of(["meta"]), .. _lookup.Without, .. _lookup.Into.Select(mapping => mapping.To)];
        foreach (var (from, events) in _events)
        {
            foreach (var pointer in _lookup.Without.Where(pointer => events.At(pointer) is null))
            {
                Add("lookup.without", $"{from} has no field '{pointer}'.");
            }

            if (ShapeFit.Problem(events, output, leaveOut, FieldPointer.Root) is { } problem)
            {
                Add("lookup.without", $"An event of {from} does not fit {uri}: {problem}. Name the field in without, or give the output another schema.");
            }
        }
    }

    // A schema that refers to others is left to validation.
    private static string? Refuse(string uri, SchemaShape shape, JsonElement value)
    {
        try
        {
            return EmbeddedSchema.Compile(uri, shape.Standalone).Refuse(value);
        }
        catch (SchemaException)
        {
            return null;
        }
    }

    private void Add(string place, string sentence) => _problems.Add(new LookupProblem(null, place, sentence));
}
