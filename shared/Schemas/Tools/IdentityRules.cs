using System.Text.Json;
using System.Text.RegularExpressions;

namespace Millrace.Schemas;

/// <summary>The rules about what a schema is called.</summary>
internal static partial class IdentityRules
{
    /// <summary>Checks a schema's title, identifier and dialect against where it stands.</summary>
    public static void Check(SchemaUnderCheck schema)
    {
        var file = schema.File;
        if (!SchemaUri.IsValid(file.Uri))
        {
            schema.Find(SchemaRule.FileName, "", $"No event can name '{file.Uri}': a schema URI is {SchemaUri.Form}, at most {SchemaUri.MaxLength} characters. Rename the directory.");
        }
        else if (!file.Title.Split('/').All(segment => TitleSegment().IsMatch(segment)))
        {
            schema.Find(SchemaRule.SnakeCase, "/title", $"The title '{file.Title}' is not in lower case with '_' or '-' between words. Rename the directory.");
        }

        Demand(schema, SchemaRule.Title, "title", file.Title);
        Demand(schema, SchemaRule.Id, "$id", file.Uri);
        if (schema.Whole.Text("$schema")?.TrimEnd('#') is not (Dialect.Uri or Dialect.SecureUri))
        {
            schema.Find(SchemaRule.Dialect, "/$schema", $"$schema is {Show(schema.Whole.Find("$schema"))}. Set it to '{Dialect.Uri}#'.");
        }
    }

    private static void Demand(SchemaUnderCheck schema, SchemaRule rule, string keyword, string value)
    {
        if (schema.Whole.Text(keyword) != value)
        {
            schema.Find(rule, "/" + keyword, $"{keyword} is {Show(schema.Whole.Find(keyword))}. Set it to '{value}', or move the file.");
        }
    }

    private static string Show(JsonElement? value) => value is { } found ? JsonExcerpt.Of(found) : "missing";

    [GeneratedRegex(@"\A[a-z0-9]+(?:[_-][a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex TitleSegment();
}
