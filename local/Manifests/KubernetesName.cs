using System.Text.RegularExpressions;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>The name in Kubernetes of everything that belongs to a stage: <c>PageContentChange</c> is <c>page-content-change</c>.</summary>
/// <remarks>A DNS-1123 label, since it is a label's value, too: 1 to 63 of <c>a-z 0-9 -</c>, with a letter or digit at both ends.</remarks>
internal static partial class KubernetesName
{
    private const int Longest = 63;

    /// <summary>The name of a stage.</summary>
    /// <exception cref="CatalogException">There can be none.</exception>
    public static string Of(string stage)
    {
        var name = Border().Replace(stage, "-").Replace('.', '-').Replace('_', '-').ToLowerInvariant();
        return name.Length <= Longest && Label().IsMatch(name) ? name : throw new CatalogException(
            $"Stage '{stage}' would be '{name}' in Kubernetes; allowed are 1 to {Longest} of a-z 0-9 -, with a letter or digit at both ends. Give it another name in the catalog.");
    }

    /// <summary>The names of all stages, by stage.</summary>
    /// <param name="stages">The stages' names.</param>
    /// <param name="reserved">Names that no stage may have.</param>
    /// <exception cref="CatalogException">Two have the same, or one has a reserved one.</exception>
    public static IReadOnlyDictionary<string, string> Of(IEnumerable<string> stages, params string[] reserved)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var stage in stages)
        {
            var name = Of(stage);
            if (reserved.Contains(name))
            {
                throw new CatalogException($"Stage '{stage}' would be '{name}' in Kubernetes, which is the name of something that is no stage. Give it another name in the catalog.");
            }

            if (!taken.TryAdd(name, stage))
            {
                throw new CatalogException($"The stages '{taken[name]}' and '{stage}' would both be '{name}' in Kubernetes. Give one another name in the catalog.");
            }

            names.Add(stage, name);
        }

        return names;
    }

    // Between a small letter or digit and a capital, and before the last of several capitals that begins a word: HTTPIntake is http-intake.
    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")]
    private static partial Regex Border();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Label();
}
