using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Millrace.Core;

namespace Millrace.Hosting;

/// <summary>The settings that triggers name in percent signs, derived from the catalog: no topic stands in stage code.</summary>
public static class TriggerSettings
{
    /// <summary>For each input of a stage what <see cref="StageFunctions.TopicsSetting"/> names, unless it is set.</summary>
    /// <remarks>Several topics of one stream become a pattern such as <c>^(a|b)$</c>, which the client library subscribes to as one.</remarks>
    public static IEnumerable<KeyValuePair<string, string?>> For(StageCatalog catalog, IConfiguration configuration)
    {
        foreach (var stage in catalog.Stages)
        {
            for (var input = 0; input < stage.Inputs.Count; input++)
            {
                var name = StageFunctions.TopicsSetting(stage, input);
                if (configuration[name] is null)
                {
                    yield return new(name, Pattern([.. stage.Inputs[input].Topics]));
                }
            }
        }
    }

    private static string Pattern(string[] topics) =>
        topics.Length == 1 ? topics[0] : $"^({string.Join('|', topics.Select(Regex.Escape))})$";
}
