using System.Text.Json;

namespace Millrace.Schemas.Tests;

/// <summary>The slow and obvious way to tell whether bytes are JSON that matches: parse strictly, walk the tree.</summary>
internal static class Reference
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = Evaluation.MaxDepth, AllowDuplicateProperties = false };

    public static bool Accepts(JsonSchema schema, byte[] json)
    {
        if (BrokenText.Find(json) is not null)
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return schema.IsValid(document.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Passes if the plan says the same; a plan may only ever leave undecided what nobody would send.</summary>
    public static bool AssertSame(JsonSchema schema, byte[] json, string about)
    {
        var expected = Accepts(schema, json);
        var verdict = schema.Plan.Check(json);
        Assert.True(
            verdict == (expected ? PlanVerdict.Accepted : PlanVerdict.Refused),
            $"{about}: the tree says {expected}, the plan {verdict}, of {System.Text.Encoding.UTF8.GetString(json)}");
        return expected;
    }
}
