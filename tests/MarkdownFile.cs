using System.Text.RegularExpressions;

namespace Millrace.Tests;

/// <summary>One line of a document, in a block of code or of prose; or what is code in a line of prose.</summary>
internal sealed record MarkdownLine(int Number, string Text, bool IsBlock);

/// <summary>A document of the repository: what it links to, what may be linked to, and the code that it has.</summary>
/// <remarks>As much of Markdown as the repository uses: fenced code, headings with #, links in one line. Anchors are made of headings as code forges do.</remarks>
internal sealed partial class MarkdownFile
{
    private MarkdownFile(IReadOnlyList<MarkdownLine> lines) => Lines = lines;

    public IReadOnlyList<MarkdownLine> Lines { get; }

    /// <summary>What headings can be linked to by.</summary>
    public IReadOnlySet<string> Anchors
    {
        get
        {
            var anchors = new HashSet<string>(StringComparer.Ordinal);
            foreach (var heading in Prose.Select(line => Heading().Match(line.Text)).Where(match => match.Success))
            {
                var name = AnchorOf(heading.Groups["text"].Value);
                for (var (anchor, times) = (name, 0); !anchors.Add(anchor); anchor = $"{name}-{++times}")
                {
                }
            }

            return anchors;
        }
    }

    /// <summary>The targets of links and images, as they are written.</summary>
    public IEnumerable<(MarkdownLine Line, string Target)> Links => Prose
        .SelectMany(line => Link().Matches(Span().Replace(line.Text, "")).Select(link => (line, link.Groups["target"].Value)));

    /// <summary>Code: each line of a block, and each span within prose.</summary>
    public IEnumerable<MarkdownLine> Code => Lines.SelectMany(line => line.IsBlock
        ? [line]
        : Span().Matches(line.Text).Select(span => line with { Text = span.Groups["code"].Value }));

    private IEnumerable<MarkdownLine> Prose => Lines.Where(line => !line.IsBlock);

    public static MarkdownFile Read(string path) => Parse(File.ReadAllLines(path));

    public static MarkdownFile Parse(params string[] text)
    {
        var (lines, isBlock) = (new List<MarkdownLine>(), false);
        foreach (var (index, line) in text.Index())
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                isBlock = !isBlock;
            }
            else
            {
                lines.Add(new(index + 1, line, isBlock));
            }
        }

        return new(lines);
    }

    private static string AnchorOf(string heading)
    {
        var text = Link().Replace(heading, link => link.Groups["text"].Value).Trim().ToLowerInvariant();
        return string.Concat(text.Where(letter => char.IsLetterOrDigit(letter) || letter is ' ' or '-' or '_')).Replace(' ', '-');
    }

    [GeneratedRegex(@"^#{1,6}\s+(?<text>.+?)\s*$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[(?<text>[^\]]*)\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<code>[^`]+)`")]
    private static partial Regex Span();
}
