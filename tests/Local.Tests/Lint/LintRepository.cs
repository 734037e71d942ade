using System.Text;
using Millrace.Hosting;

namespace Millrace.Local.Tests;

/// <summary>A repository as lint sees it: that of the app itself, unless a test makes some of it wrong.</summary>
internal sealed class LintRepository : IDisposable
{
    public LintRepository()
    {
        foreach (var file in CatalogFiles.Read(AppContext.BaseDirectory))
        {
            Write($"functions/{file.Name}", Encoding.UTF8.GetString(file.Utf8Json.Span));
        }

        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "jsonschema"), "*.json", SearchOption.AllDirectories))
        {
            Write(Path.Combine("shared", Path.GetRelativePath(AppContext.BaseDirectory, file)), File.ReadAllText(file));
        }

        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory, "*.openapi.json", SearchOption.AllDirectories))
        {
            Write(Path.Combine("functions", Path.GetRelativePath(AppContext.BaseDirectory, file)), File.ReadAllText(file));
        }

        Write("infra/datacenters.json", """
            { "datacenters": {
                "eqiad": { "kafkaCluster": "main-stretch", "bootstrapServers": "kafka.eqiad.example:9093" },
                "codfw": { "kafkaCluster": "main-stretch", "bootstrapServers": "kafka.codfw.example:9093" } } }
            """);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("millrace-lint-").FullName;

    /// <summary>The classes of the app; tests add and leave out some.</summary>
    public List<Type> Classes { get; } = [.. typeof(Functions.Program).Assembly.GetTypes()];

    public void Dispose() => Directory.Delete(Root, recursive: true);

    public void Write(string file, string content)
    {
        var path = Path.Combine(Root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    public void Delete(string file) => File.Delete(Path.Combine(Root, file));

    /// <summary>Replaces a text that must be there, once or more.</summary>
    public void Replace(string file, string old, string text)
    {
        var content = File.ReadAllText(Path.Combine(Root, file));
        Assert.Contains(old, content, StringComparison.Ordinal);
        Write(file, content.Replace(old, text, StringComparison.Ordinal));
    }

    /// <summary>The findings: rule, file, key and sentence of each.</summary>
    public IReadOnlyList<(string Rule, LintFinding Finding)> Lint() =>
        [.. LintRun.Run(new LintSubject(Root, Classes, [])).Select(item => (item.Check.Name, item.Finding))];
}
