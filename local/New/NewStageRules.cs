using System.Text.RegularExpressions;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>What a new stage may be called, read and write, given those that there are.</summary>
internal sealed partial class NewStageRules(string root, StageCatalog catalog)
{
    // Generated code has these names in reach: a class of the same name would stand before them.
    private static readonly HashSet<string> Taken =
    [
        .. new[] { typeof(Functions.Program), typeof(StageCatalog), typeof(Hosting.StageClass), typeof(Lookups.LookupOptions) }
            .SelectMany(type => type.Assembly.GetTypes()).Where(type => !type.IsNested).Select(type => type.Name),
    ];

    /// <summary>Why a stage cannot have that name; null where it can.</summary>
    public string? OfName(string name) =>
        !StageName().IsMatch(name) ? "allowed is the name of a class, in PascalCase, such as PageSummary"
        : catalog.TryGet(name, out _) ? "there is a stage of that name"
        : Taken.Contains(name) || Taken.Contains($"{name}Trigger") || Taken.Contains($"{name}Settings") ? "there is a class of that name"
        : Directory.Exists(Path.Combine(RepositoryRoot.Functions(root), name)) ? $"functions/{name} exists"
        : null;

    /// <summary>Why a stage cannot read that stream; null where it can.</summary>
    public string? OfInput(string stream) =>
        catalog.Streams.TryGet(stream, out _) ? null : $"the catalog has no such stream; it has {string.Join(", ", catalog.Streams.Streams.Select(known => known.Name))}";

    /// <summary>Why a stage cannot write that stream; null where it can.</summary>
    public string? OfOutput(string stream) =>
        !StreamName().IsMatch(stream) ? "allowed are words in lower case with . _ or - between, such as mediawiki.page_summary.v1"
        : catalog.Streams.TryGet(stream, out _) ? "there is a stream of that name, and a stage gets a new one: nothing orders the events of two writers"
        : null;

    [GeneratedRegex(@"\A[A-Z][A-Za-z0-9]{0,99}\z")]
    private static partial Regex StageName();

    [GeneratedRegex(@"\A[a-z0-9]+([._-][a-z0-9]+)*\z")]
    private static partial Regex StreamName();
}
