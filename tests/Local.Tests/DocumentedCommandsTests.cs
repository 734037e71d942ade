namespace Millrace.Local.Tests;

public sealed class DocumentedCommandsTests
{
    private static readonly string[] Names =
    [
        .. Directory.EnumerateFiles(Corpus.Repository, "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Corpus.Repository, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "out" or ".millrace"))
            .Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> Documents => [.. Names];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_command_of_a_document_is_one_that_would_begin_to_work(string document)
    {
        var file = MarkdownFile.Read(Path.Combine(Corpus.Repository, document));

        Assert.Empty(Refused(document, file));
    }

    [Fact]
    public void Every_verb_has_its_line_in_the_documents()
    {
        var table = File.ReadAllText(Path.Combine(Corpus.Repository, "local", "README.md"));

        Assert.All(DocumentedCommands.Root().Subcommands.Select(verb => verb.Name).Where(verb => verb != "worker"), verb => Assert.Contains($"`{verb}`", table, StringComparison.Ordinal));
    }

    [Fact]
    public void Documents_have_commands() =>
        Assert.All(["README.md", "functions/README.md", "local/README.md", "infra/README.md"], document =>
            Assert.Contains(MarkdownFile.Read(Path.Combine(Corpus.Repository, document)).Code, line => DocumentedCommands.ArgumentsIn(line.Text) is not null));

    [Theory]
    [InlineData("… -- status --kafka kafka-1:9093     # a comment", "status", "--kafka", "kafka-1:9093")]
    [InlineData("$ millrace lake show --path lake", "lake", "show", "--path", "lake")]
    [InlineData("dotnet run --project local -- tail s --filter 'a b:c' | jq .x", "tail", "s", "--filter", "a b:c")]
    [InlineData("dotnet run --project local     # runs every stage")]
    public void Arguments_are_split_as_a_shell_does(string line, params string[] arguments) => Assert.Equal(arguments, DocumentedCommands.ArgumentsIn(line));

    [Theory]
    [InlineData("dotnet test")]
    [InlineData("millrace: Another broker uses the data directory.")]
    [InlineData("… and so on")]
    public void What_is_no_command_is_left_alone(string line) => Assert.Null(DocumentedCommands.ArgumentsIn(line));

    [Theory]
    [InlineData("```|… -- stauts|```")]
    [InlineData("```|… -- status --stages PageChange|```")]
    [InlineData("```|… -- scale --stage PageChange|```")]
    [InlineData("A `millrace stauts`.")]
    public void A_command_that_would_be_refused_is_found(string text) => Assert.Single(Refused("a.md", MarkdownFile.Parse(text.Split('|'))));

    private static IEnumerable<string> Refused(string name, MarkdownFile file)
    {
        var root = DocumentedCommands.Root();
        return from line in file.Code
               let arguments = DocumentedCommands.ArgumentsIn(line.Text)
               where arguments is not null
               from problem in DocumentedCommands.Problems(root, arguments, line.IsBlock).Take(1)
               select $"{name}:{line.Number}: {line.Text.Trim()}: {problem}";
    }
}
