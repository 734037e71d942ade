using System.Text.Json;
using YamlDotNet.RepresentationModel;

namespace Millrace.Infra.Tests;

/// <summary>What KEDA itself accepts: its resources' schemas, and its scalers' parameters, neither of which the other knows of.</summary>
internal sealed class KedaRules
{
    private readonly StructuralSchema _scaledObject = new(File.ReadAllText(Corpus.At("keda", "keda.sh_scaledobjects.yaml")));
    private readonly StructuralSchema _triggerAuthentication = new(File.ReadAllText(Corpus.At("keda", "keda.sh_triggerauthentications.yaml")));
    private readonly Dictionary<string, JsonElement[]> _scalers = JsonElement.Parse(File.ReadAllBytes(Corpus.At("keda", "scalers-schema.json")))
        .GetProperty("scalers").EnumerateArray().ToDictionary(scaler => scaler.GetProperty("type").GetString()!, scaler => scaler.GetProperty("parameters").EnumerateArray().ToArray());

    /// <summary>Everything that is wrong with a resource of KEDA's; nothing with others.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="all">All resources of the overlay, for what it refers to.</param>
    public IEnumerable<string> Problems(YamlMappingNode resource, IReadOnlyList<YamlMappingNode> all) => resource.Kind() switch
    {
        "ScaledObject" => _scaledObject.Problems(resource).Concat(Counts(resource)).Concat(resource.Items("spec.triggers").SelectMany(trigger => Trigger(resource, trigger, all))),
        "TriggerAuthentication" => _triggerAuthentication.Problems(resource),
        _ => [],
    };

    // The rule of the schema's x-kubernetes-validations, which is no JSON Schema.
    private static IEnumerable<string> Counts(YamlMappingNode resource)
    {
        var (min, max) = (resource.Text("spec.minReplicaCount"), resource.Text("spec.maxReplicaCount"));
        if (int.TryParse(min ?? "0", out var least) && int.TryParse(max ?? "100", out var most) && least > most)
        {
            yield return $".spec.minReplicaCount is {least}, above maxReplicaCount, {most}";
        }
    }

    private IEnumerable<string> Trigger(YamlMappingNode resource, YamlNode trigger, IReadOnlyList<YamlMappingNode> all)
    {
        if (!_scalers.TryGetValue(trigger.Text("type") ?? "", out var parameters))
        {
            return [$"there is no scaler '{trigger.Text("type")}'"];
        }

        var authentication = trigger.Text("authenticationRef.name") is { } name
            ? all.FirstOrDefault(other => other.Kind() == "TriggerAuthentication" && other.Name() == name)
            : null;
        if (authentication is null && trigger.At("authenticationRef") is not null)
        {
            return [$"{resource.Name()} refers to a TriggerAuthentication that is not there"];
        }

        var metadata = ((YamlMappingNode?)trigger.At("metadata"))?.Children.ToDictionary(entry => ((YamlScalarNode)entry.Key).Value!, entry => (entry.Value as YamlScalarNode)?.Value ?? "") ?? [];
        var secrets = authentication?.Items("spec.secretTargetRef").Select(secret => secret.Text("parameter")!).ToHashSet() ?? [];
        return metadata.SelectMany(given => Given(parameters, given.Key, given.Value))
            .Concat(secrets.Where(secret => !parameters.Any(parameter => Name(parameter) == secret && Has(parameter, "triggerAuthenticationVariableReadable"))).Select(secret => $"no TriggerAuthentication may have the parameter '{secret}'"))
            .Concat(parameters.Where(parameter => !Has(parameter, "optional") && !parameter.TryGetProperty("default", out _) && !metadata.ContainsKey(Name(parameter)) && !secrets.Contains(Name(parameter))).Select(parameter => $"the parameter '{Name(parameter)}' is missing"));
    }

    private static IEnumerable<string> Given(JsonElement[] parameters, string name, string value)
    {
        if (Array.Find(parameters, parameter => Name(parameter) == name && Has(parameter, "metadataVariableReadable")) is not { ValueKind: JsonValueKind.Object } parameter)
        {
            yield return $"the scaler has no parameter '{name}'";
        }
        else if (parameter.TryGetProperty("allowedValue", out var allowed) && allowed.EnumerateArray().All(choice => choice.GetString() != value))
        {
            yield return $"the parameter '{name}' is '{value}', none of {allowed}";
        }
        else if (name.EndsWith("Threshold", StringComparison.Ordinal) && !long.TryParse(value, out _))
        {
            yield return $"the parameter '{name}' is '{value}', no number";
        }
    }

    private static string Name(JsonElement parameter) => parameter.GetProperty("name").GetString()!;

    private static bool Has(JsonElement parameter, string flag) => parameter.TryGetProperty(flag, out var value) && value.GetBoolean();
}
