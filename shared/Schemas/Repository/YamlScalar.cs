using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Millrace.Schemas;

/// <summary>A YAML scalar as the core schema of YAML 1.2 (chapter 10.3) types it.</summary>
internal static partial class YamlScalar
{
    private const string CoreTag = "tag:yaml.org,2002:";

    /// <summary>Writes the scalar as JSON.</summary>
    /// <exception cref="FormatException">JSON has no such value, or the scalar does not have the form that its tag claims.</exception>
    public static void Write(Scalar scalar, Utf8JsonWriter json)
    {
        var isPlain = scalar.Style == ScalarStyle.Plain;
        var type = scalar.Tag.IsEmpty ? isPlain ? TypeOf(scalar.Value) : "str"
            : scalar.Tag.IsNonSpecific ? "str"
            : scalar.Tag.Value.StartsWith(CoreTag, StringComparison.Ordinal) ? scalar.Tag.Value[CoreTag.Length..]
            : throw Wrong(scalar, $"the tag '{scalar.Tag}' is not of the core schema");
        var found = TypeOf(scalar.Value);
        switch (type)
        {
            case "str":
                json.WriteStringValue(scalar.Value);
                break;
            case "null" when found == "null":
                json.WriteNullValue();
                break;
            case "bool" when found == "bool":
                json.WriteBooleanValue(scalar.Value[0] is 't' or 'T');
                break;
            case "int" when found == "int":
                json.WriteRawValue(Integer(scalar.Value), skipInputValidation: true);
                break;
            case "float" when found is "int" or "float":
                json.WriteRawValue(Float(scalar), skipInputValidation: true);
                break;
            default:
                throw Wrong(scalar, $"'{scalar.Value}' is no {type}");
        }
    }

    /// <summary>Passes if a collection has no tag, or the one that it has anyway.</summary>
    public static void CheckTag(NodeEvent collection, string tag)
    {
        if (!collection.Tag.IsEmpty && !collection.Tag.IsNonSpecific && collection.Tag.Value != tag)
        {
            throw Wrong(collection, $"the tag '{collection.Tag}' is not of the core schema");
        }
    }

    private static string TypeOf(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => "null",
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => "bool",
        _ when WholeNumber().IsMatch(text) => "int",
        _ when Number().IsMatch(text) => "float",
        _ => "str",
    };

    private static string Integer(string text)
    {
        if (text.StartsWith("0x", StringComparison.Ordinal))
        {
            // The zero in front keeps the number from being read as negative.
            return BigInteger.Parse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        }

        if (text.StartsWith("0o", StringComparison.Ordinal))
        {
            return text[2..].Aggregate(BigInteger.Zero, (sum, digit) => sum * 8 + (digit - '0')).ToString(CultureInfo.InvariantCulture);
        }

        var digits = text.TrimStart('+', '-').TrimStart('0');
        return (text[0] == '-' ? "-" : "") + (digits.Length == 0 ? "0" : digits);
    }

    private static string Float(Scalar scalar)
    {
        var text = scalar.Value;
        if (text.Contains(".inf", StringComparison.OrdinalIgnoreCase) || text.Contains(".nan", StringComparison.OrdinalIgnoreCase))
        {
            throw Wrong(scalar, $"JSON has no number '{text}'");
        }

        var exponentAt = text.IndexOfAny(['e', 'E']);
        var (mantissa, exponent) = exponentAt < 0 ? (text, "") : (text[..exponentAt], text[exponentAt..]);
        var parts = mantissa.TrimStart('+', '-').Split('.');
        var fraction = parts.Length > 1 && parts[1].Length > 0 ? "." + parts[1] : "";
        return Integer((text[0] == '-' ? "-" : "") + (parts[0].Length == 0 ? "0" : parts[0])) + fraction + exponent;
    }

    private static FormatException Wrong(ParsingEvent at, string problem) => new($"{at.Start}: {problem}");

    [GeneratedRegex(@"\A(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"\A(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
