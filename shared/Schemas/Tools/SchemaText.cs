using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Millrace.Schemas;

/// <summary>Schemas as text.</summary>
internal static partial class SchemaText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = SchemaFile.MaxDepth };

    // Words that some reader of YAML takes for something else than text.
    private static readonly HashSet<string> Reserved = new(["null", "true", "false", "yes", "no", "on", "off", "y", "n"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The document as JSON, ending with a line break.</summary>
    public static string Json(JsonElement document) => JsonSerializer.Serialize(document, Indented).ReplaceLineEndings("\n") + "\n";

    /// <summary>The document as YAML, ending with a line break. Text is quoted unless every version of YAML reads it as text.</summary>
    public static string Yaml(JsonElement document)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text, EmitterSettings.Default.WithBestWidth(int.MaxValue).WithNewLine("\n"));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, document);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        var yaml = text.ToString();
        var back = SchemaFile.Parse("", ".yaml", Encoding.UTF8.GetBytes(yaml));
        return JsonEquality.Instance.Equals(back, document) ? yaml : throw new InvalidOperationException("The YAML that was written reads back as something else.");
    }

    private static void Emit(Emitter emitter, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, value.GetPropertyCount() == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var property in value.EnumerateObject())
                {
                    Text(emitter, property.Name);
                    Emit(emitter, property.Value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonValueKind.Array:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, value.GetArrayLength() == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in value.EnumerateArray())
                {
                    Emit(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValueKind.String:
                Text(emitter, value.GetString()!);
                break;
            default:
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, value.GetRawText(), ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));
                break;
        }
    }

    private static void Text(Emitter emitter, string text)
    {
        var isPlain = PlainText().IsMatch(text) && !Reserved.Contains(text);
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, isPlain ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted, isPlainImplicit: true, isQuotedImplicit: true));
    }

    [GeneratedRegex(@"\A[A-Za-z_$/][A-Za-z0-9_$/.,()-]*(?: [A-Za-z0-9_$/.,()-]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainText();
}
