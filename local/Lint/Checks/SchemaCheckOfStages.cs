using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Local;

/// <summary>The schemas that stages need are there, can be used, and have the fields that streams are keyed by.</summary>
internal sealed class SchemaCheckOfStages : ILintCheck
{
    public string Name => "schema";

    public string Demand => "inputs have a schema of their title; those of outputs and errors exist, and have the fields of message_key_fields";

    public IEnumerable<LintFinding> Run(LintSubject subject)
    {
        foreach (var stage in subject.Stages)
        {
            foreach (var input in stage.Inputs.Where(input => subject.Schemas.NewestOf(input.SchemaTitle) is null))
            {
                yield return subject.AtStream(input.Name, "schema_title", $"Stage {stage.Name} reads the stream, and there is no schema '{input.SchemaTitle}': every event would fail. Add shared/jsonschema/{input.SchemaTitle}/1.0.0.json, or name its repository with --schemas.");
            }

            foreach (var output in stage.Outputs)
            {
                if (Problem(subject, output.SchemaUri) is { } problem)
                {
                    yield return subject.AtStage(stage.Name, $"outputs.{output.Stream.Name}", $"{problem} Add shared/jsonschema{output.SchemaUri}.json, or name a version that there is.");
                }
                else
                {
                    foreach (var finding in Keys(subject, output))
                    {
                        yield return finding;
                    }
                }
            }

            if (Problem(subject, stage.ErrorSchemaUri) is { } wrong)
            {
                yield return new LintFinding($"shared/jsonschema{stage.ErrorSchemaUri}.json", "", $"{wrong} What fails in stage {stage.Name} is written by it: put it back.");
            }

            if (stage.ErrorStream.SchemaTitle != Title(stage.ErrorSchemaUri))
            {
                yield return subject.AtStream(stage.ErrorStream.Name, "schema_title", $"schema_title is '{stage.ErrorStream.SchemaTitle}', and error events are of {stage.ErrorSchemaUri}. Set it to '{Title(stage.ErrorSchemaUri)}'.");
            }
        }
    }

    private static IEnumerable<LintFinding> Keys(LintSubject subject, StageOutput output)
    {
        var schema = subject.Schemas.Repository.Document(output.SchemaUri) ?? default;
        foreach (var path in output.Stream.Key?.Paths ?? [])
        {
            var place = schema;
            foreach (var step in path)
            {
                place = place.Child("properties").Child(step);
            }

            if (place.ValueKind == System.Text.Json.JsonValueKind.Undefined)
            {
                yield return subject.AtStream(output.Stream.Name, "message_key_fields", $"The field '{string.Join('.', path)}' is not in {output.SchemaUri}: no event could be keyed by it. Name a field of that schema, or add it there in a new version.");
            }
        }
    }

    private static string? Problem(LintSubject subject, string uri)
    {
        try
        {
            subject.Schemas.Repository.Require(uri);
            return null;
        }
        catch (SchemaException wrong)
        {
            return wrong.Message;
        }
    }

    private static string Title(string uri) => uri[1..uri.LastIndexOf('/')];
}
