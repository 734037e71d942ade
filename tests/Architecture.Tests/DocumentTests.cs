using System.Text.RegularExpressions;
using Millrace.Tests;

namespace Millrace.Architecture.Tests;

public sealed partial class DocumentTests
{
    // Two screens.
    private const int MostLines = 150;

    private static readonly string[] Names = [.. Repository.Files("*.md").Select(Repository.Name).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Documents => [.. Names];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_leads_to_something_that_is_there(string document) =>
        Assert.Empty(Broken(document, MarkdownFile.Read(Path.Combine(Repository.Root, document))));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_file_that_prose_names_is_there(string document)
    {
        // A guide names what its reader is to make.
        if (document != "functions/README.md")
        {
            Assert.Empty(MissingFiles(MarkdownFile.Read(Path.Combine(Repository.Root, document))));
        }
    }

    [Fact]
    public void A_file_that_is_not_there_is_found() =>
        Assert.Equal(["shared/Core/Nothing.cs"], MissingFiles(MarkdownFile.Parse("Of `shared/Core/Nothing.cs`, `shared/Core`, `functions/NAME/NAME.cs` and `shared/`.")));

    [Fact]
    public void Every_document_can_be_found_from_the_first_one()
    {
        var (found, next) = (new HashSet<string>(StringComparer.Ordinal) { "README.md" }, new Queue<string>(["README.md"]));
        while (next.TryDequeue(out var document))
        {
            foreach (var target in MarkdownFile.Read(Path.Combine(Repository.Root, document)).Links.Select(link => link.Target).Where(IsOurs))
            {
                var name = Repository.Name(PathOf(document, target));
                if (name.EndsWith(".md", StringComparison.Ordinal) && found.Add(name))
                {
                    next.Enqueue(name);
                }
            }
        }

        Assert.Empty(Names.Except(found));
    }

    [Fact]
    public void The_first_document_is_two_screens_long() =>
        Assert.InRange(File.ReadLines(Path.Combine(Repository.Root, "README.md")).Count(), 1, MostLines);

    // Whoever has the repository alone, a machine included, begins with these.
    [Fact]
    public void The_first_commands_run_it_and_test_it() =>
        Assert.Equal(
            ["dotnet run --project local", "dotnet test"],
            MarkdownFile.Read(Path.Combine(Repository.Root, "README.md")).Code.Where(line => line.IsBlock && line.Text.StartsWith("dotnet ", StringComparison.Ordinal))
                .Take(2).Select(line => line.Text.Split('#')[0].Trim()));

    [Fact]
    public void A_link_to_nothing_is_found()
    {
        var document = MarkdownFile.Parse(
            "# A title, with `code`", "[good](#a-title-with-code)", "[bad](#a-title)", "[good](shared/README.md)", "[bad](shared/NOTHING.md)",
            "[bad](shared/README.md#nothing)", "```", "[code](nothing)", "```", "`[code](nothing)`", "[elsewhere](https://example.org/nothing)");

        Assert.Equal(
            ["README.md:3: '#a-title' is no heading of README.md", "README.md:5: 'shared/NOTHING.md' is not there", "README.md:6: '#nothing' is no heading of shared/README.md"],
            Broken("README.md", document));
    }

    [Fact]
    public void Headings_of_the_same_words_are_told_apart() =>
        Assert.Equal(["the-same", "the-same-1", "the-same-2"], MarkdownFile.Parse("# The same", "## The same", "## The same").Anchors);

    private static IEnumerable<string> MissingFiles(MarkdownFile document) => document.Code
        .Where(line => !line.IsBlock && PathInRepository().IsMatch(line.Text) && !Placeholder().IsMatch(line.Text) && !Path.Exists(Path.Combine(Repository.Root, line.Text)))
        .Select(line => line.Text);

    private static IEnumerable<string> Broken(string name, MarkdownFile document)
    {
        foreach (var (line, target) in document.Links.Where(link => IsOurs(link.Target)))
        {
            var (path, anchor) = (PathOf(name, target), target.Split('#', 2) is [_, var after] ? after : null);
            var isHere = path == Path.Combine(Repository.Root, name);
            if (!isHere && !Path.Exists(path))
            {
                yield return $"{name}:{line.Number}: '{target}' is not there";
            }
            else if (anchor is not null && !(isHere ? document : MarkdownFile.Read(path)).Anchors.Contains(anchor))
            {
                yield return $"{name}:{line.Number}: '#{anchor}' is no heading of {Repository.Name(path)}";
            }
        }
    }

    private static bool IsOurs(string target) => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal);

    private static string PathOf(string document, string target) => target.Split('#')[0] is { Length: > 0 } path
        ? Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(document)!, path))
        : Path.Combine(Repository.Root, document);

    [GeneratedRegex(@"^(functions|shared|local|infra|tests)/[\w./-]*$")]
    private static partial Regex PathInRepository();

    // A name for all stages, or the entry that makes a connector run.
    [GeneratedRegex(@"/[A-Z]+/|^functions/To\w+/stage\.json$")]
    private static partial Regex Placeholder();
}
