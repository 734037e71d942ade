using System.CommandLine;

namespace Millrace.Local.Tests;

/// <summary>A repository that agrees with itself until a test makes some of it wrong, and <c>millrace lint</c> on it.</summary>
public abstract class LintFixture : IDisposable
{
    protected const string Stages = "functions/stages.json";
    protected const string Streams = "functions/streams.json";

    internal LintRepository Repository { get; } = new();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => Repository.Dispose();

    /// <summary>Runs the command.</summary>
    protected static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var root = new RootCommand { LintCommand.Create() };
        var exitCode = root.Parse(["lint", .. arguments]).Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return (exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Breaks something, and expects it to be found.</summary>
    /// <param name="rule">By this rule.</param>
    /// <param name="file">In this file.</param>
    /// <param name="key">At a key that begins so.</param>
    /// <param name="sentence">In a sentence that has this.</param>
    /// <param name="breaks">What breaks it.</param>
    /// <param name="more">Whether other rules find it too, or this one finds more.</param>
    protected void Finds(string rule, string file, string key, string sentence, Action breaks, bool more = false)
    {
        breaks();
        var found = Repository.Lint();

        Assert.True(
            found.Any(item => item.Rule == rule && item.Finding.File == file && item.Finding.Key.StartsWith(key, StringComparison.Ordinal) && item.Finding.Sentence.Contains(sentence, StringComparison.Ordinal)),
            $"Found is only: {string.Join('\n', found)}");
        Assert.True(more || found.Count == 1, string.Join('\n', found));
    }
}
