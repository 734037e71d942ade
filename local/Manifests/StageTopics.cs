using System.Text.RegularExpressions;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>The topics that a stage reads in a datacenter: those that the settings of its triggers choose, and no others.</summary>
internal static class StageTopics
{
    /// <summary>Each topic with the number of its partitions, in the order of the catalog.</summary>
    /// <exception cref="CatalogException">There is none.</exception>
    public static IReadOnlyList<(string Topic, int Partitions)> Read(StageDefinition stage, DatacenterDefinition datacenter, IEnumerable<string> chosen)
    {
        var patterns = chosen.ToList();
        var topics = stage.Inputs
            .SelectMany(input => input.Topics.Select(topic => (Topic: topic, input.Partitions)))
            .Where(input => patterns.Exists(pattern => Chooses(pattern, input.Topic)))
            .ToList();
        return topics.Count > 0 ? topics : throw new CatalogException(
            $"Stage '{stage.Name}' runs in {datacenter.Name}, but its triggers read none of its topics there ({string.Join(", ", stage.InputTopics)}); they read {string.Join(", ", patterns)}.");
    }

    // As the client library has it: a pattern begins with ^.
    private static bool Chooses(string pattern, string topic) =>
        pattern.StartsWith('^') ? Regex.IsMatch(topic, pattern, RegexOptions.NonBacktracking) : pattern == topic;
}
