using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Millrace.Core;

namespace Millrace.Hosting;

/// <summary>The settings that triggers name in percent signs, derived from the catalog: no topic stands in stage code.</summary>
public static class TriggerSettings
{
    /// <summary>For each stage <c>Stages:NAME:Topics</c>, unless it is set.</summary>
    /// <remarks>Several topics become a pattern such as <c>^(a|b)$</c>, which the client library subscribes to as one.</remarks>
    public static IEnumerable<KeyValuePair<string, string?>> For(StageCatalog catalog, IConfiguration configuration)
    {
        foreach (var stage in catalog.Stages)
        {
            var name = $"Stages:{stage.Name}:Topics";
            if (configuration[name] is null)
            {
                yield return new(name, Pattern([.. stage.InputTopics]));
            }
        }
    }

    private static string Pattern(string[] topics) =>
        topics.Length == 1 ? topics[0] : $"^({string.Join('|', topics.Select(Regex.Escape))})$";
}
