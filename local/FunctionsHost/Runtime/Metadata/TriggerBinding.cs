using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost;

/// <summary>A trigger's attribute as the JSON by which an application tells the host of it.</summary>
internal static class TriggerBinding
{
    private static readonly string[] Frame = ["name", "direction", "type", "cardinality", "dataType", "properties"];

    /// <summary>The attribute's properties in camel case, those that are unset left out; enumerations by their names.</summary>
    public static string Write(Attribute trigger)
    {
        var binding = new JsonObject { ["direction"] = "In", ["type"] = Spelling(trigger.GetType().Name[..^nameof(Attribute).Length]) };
        foreach (var property in Properties(trigger))
        {
            if (property.GetValue(trigger) is { } value)
            {
                binding[Spelling(property.Name)] = value is Enum ? value.ToString() : JsonSerializer.SerializeToNode(value);
            }
        }

        return binding.ToJsonString();
    }

    /// <summary>The Kafka trigger that the JSON describes.</summary>
    /// <exception cref="FunctionsHostException">A property is unknown, or its value not allowed.</exception>
    public static KafkaTriggerAttribute ReadKafka(string json, string function)
    {
        var binding = JsonNode.Parse(json)!.AsObject();
        var trigger = new KafkaTriggerAttribute((string?)binding["brokerList"] ?? "", (string?)binding["topic"] ?? "");
        foreach (var (name, value) in binding)
        {
            if (Frame.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                continue;
            }

            var property = Array.Find(Properties(trigger), property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw new FunctionsHostException($"Function '{function}': its Kafka trigger has no property '{name}'.");
            if (property.SetMethod is not null)
            {
                property.SetValue(trigger, Value(property, value, function));
            }
        }

        return trigger;
    }

    private static object? Value(PropertyInfo property, JsonNode? value, string function)
    {
        var type = property.PropertyType;
        if (!type.IsEnum)
        {
            return value.Deserialize(type);
        }

        return Enum.TryParse(type, value?.ToString(), ignoreCase: true, out var named) && Enum.IsDefined(type, named!) ? named
            : throw new FunctionsHostException($"Function '{function}': KafkaTrigger.{property.Name} is '{value}'; allowed is {string.Join(", ", Enum.GetNames(type))}.");
    }

    private static PropertyInfo[] Properties(Attribute trigger) => trigger.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);

    private static string Spelling(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
