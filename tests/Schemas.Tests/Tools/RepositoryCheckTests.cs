namespace Millrace.Schemas.Tests;

/// <summary>The rules about the files of a repository.</summary>
public sealed class RepositoryCheckTests : IDisposable
{
    private readonly TemporaryRepository _repository = new TemporaryRepository().With("page/visit/1.0.0.json", Checked.Good().ToJsonString());

    public void Dispose() => _repository.Dispose();

    [Fact]
    public void Sources_links_of_convenience_and_other_files_are_no_versions()
    {
        _repository.With("page/visit/current.yaml", "$ref: nowhere").With("page/visit/latest", "?").With("page/visit/latest.yaml", "?").With("page/visit/README.md", "?")
            .With("package.json", "{}").With("LICENSE", "?").With(".git/1.0.0.json", "?").With("node_modules/a/1.0.0.json", "?");

        Assert.Equal((1, 0), Counts());
    }

    [Fact]
    public void A_version_without_an_extension_is_checked()
    {
        _repository.With("page/view/1.0.0", Checked.Good().ToJsonString());

        Assert.Equal([SchemaRule.ExampleSchema, SchemaRule.Id, SchemaRule.Title], Check().Findings.Select(finding => finding.Rule).OrderBy(rule => rule.Name, StringComparer.Ordinal));
    }

    [Fact]
    public void A_link_to_the_file_beside_it_is_that_file()
    {
        Link("page/visit/1.0.0", "1.0.0.json");
        Link("page/visit/latest.json", "1.0.0.json");

        Assert.Equal((1, 0), Counts());
    }

    [Fact]
    public void A_link_to_another_version_is_checked_under_its_own_name()
    {
        Link("page/visit/1.0.1.json", "1.0.0.json");

        Assert.Equal(["id", "example-schema"], Check().Findings.Select(finding => finding.Rule.Name));
    }

    [Theory]
    [InlineData("/etc/hostname")]
    [InlineData("nowhere")]
    [InlineData("1.0.1.json")]
    public void A_link_that_leads_out_or_nowhere_is_found_and_not_followed(string target)
    {
        Link("page/visit/1.0.1.json", target);

        Assert.Equal(("page/visit/1.0.1.json", SchemaRule.FileName), Only());
    }

    [Fact]
    public void A_linked_directory_is_not_entered()
    {
        Directory.CreateSymbolicLink(Path.Combine(_repository.Root, "page", "loop"), _repository.Root);

        Assert.Equal((1, 0), Counts());
    }

    [Theory]
    [InlineData("page/visit/1.0.json")]
    [InlineData("page/visit/1.0.0.yml")]
    [InlineData("page/visit/v1.0.0.yaml")]
    [InlineData("page/visit/01.0.0.json")]
    [InlineData("page/visit/1.0.0.1")]
    [InlineData("1.0.0.json")]
    public void A_file_that_no_event_can_name_is_found(string path)
    {
        _repository.With(path, "{}");

        Assert.Equal((path, SchemaRule.FileName), Only());
    }

    [Theory]
    [InlineData("page/visit/1.0.1.json", "{")]
    [InlineData("page/visit/1.0.1.json", """{ "a": 1, "a": 2 }""")]
    [InlineData("page/visit/1.0.1.yaml", "a: [")]
    public void A_file_that_cannot_be_parsed_is_found(string path, string content)
    {
        _repository.With(path, content);

        Assert.Equal((path, SchemaRule.Syntax), Only());
    }

    [Fact]
    public void A_file_that_is_too_large_is_found()
    {
        _repository.With("page/visit/1.0.1.json", new string(' ', 1024 * 1024 + 1));

        Assert.Equal(("page/visit/1.0.1.json", SchemaRule.Syntax), Only());
    }

    [Fact]
    public void Two_files_of_a_version_that_say_the_same_are_one_schema()
    {
        _repository.With("page/visit/1.0.0.yaml", Checked.Good().ToJsonString());

        Assert.Equal((1, 0), Counts());
    }

    [Fact]
    public void Two_files_of_a_version_that_differ_are_found()
    {
        _repository.With("page/visit/1.0.0.yaml", "title: other");

        Assert.Equal(("page/visit/1.0.0.yaml", SchemaRule.SameContent), Only());
    }

    [Fact]
    public void Successive_versions_of_a_major_are_compared_where_that_is_asked_for()
    {
        Version("1.10.0", removed: "tags");
        Version("1.9.0");
        Version("2.0.0", removed: "kind");

        Assert.Empty(Check().Findings);
        var finding = Assert.Single(SchemaCheck.Run(_repository.Root, compatibility: true).Findings);
        Assert.Equal(("page/visit/1.10.0.json", "/properties/tags", SchemaRule.Compatible), (finding.File, finding.Location, finding.Rule));
        Assert.Contains("Since 1.9.0", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_is_not_there_is_refused_by_its_name() =>
        Assert.Contains("'absent'", Assert.Throws<DirectoryNotFoundException>(() => SchemaCheck.Run("absent", compatibility: false)).Message, StringComparison.Ordinal);

    private void Version(string version, string? removed = null)
    {
        var schema = Checked.Good();
        schema["$id"] = $"/page/visit/{version}";
        schema["examples"]![0]!["$schema"] = $"/page/visit/{version}";
        if (removed is not null)
        {
            schema["properties"]!.AsObject().Remove(removed);
        }

        _repository.With($"page/visit/{version}.json", schema.ToJsonString());
    }

    private void Link(string path, string target) => File.CreateSymbolicLink(Path.Combine(_repository.Root, path), target);

    private SchemaCheckResult Check() => SchemaCheck.Run(_repository.Root, compatibility: false);

    private (int Schemas, int Findings) Counts() => (Check().Schemas, Check().Findings.Count);

    private (string File, SchemaRule Rule) Only()
    {
        var finding = Assert.Single(Check().Findings);
        return (finding.File, finding.Rule);
    }
}
