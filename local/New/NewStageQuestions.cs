using Millrace.Core;
using Spectre.Console;

namespace Millrace.Local;

/// <summary>Asks for what was not given.</summary>
internal static class NewStageQuestions
{
    /// <summary>The options, whole.</summary>
    /// <param name="console">Where to ask.</param>
    /// <param name="given">What was given.</param>
    /// <param name="rules">What may be answered.</param>
    /// <param name="catalog">The streams to choose from.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<NewStageOptions> AskAsync(IAnsiConsole console, NewStageOptions given, NewStageRules rules, StageCatalog catalog, CancellationToken cancellation)
    {
        var options = given with
        {
            Name = given.Name ?? await new TextPrompt<string>("What is the stage called?")
                .Validate(name => Verdict(rules.OfName(name))).ShowAsync(console, cancellation),
            Input = given.Input ?? await new SelectionPrompt<string>().Title("Which stream does it read?")
                .AddChoices(catalog.Streams.Streams.Select(stream => stream.Name)).ShowAsync(console, cancellation),
        };
        if (given.OutputStream is null)
        {
            var answer = await new TextPrompt<string>("Which new stream does it write? [grey](empty: one by the stage's name)[/]").AllowEmpty()
                .Validate(stream => Verdict(stream.Length == 0 ? null : rules.OfOutput(stream))).ShowAsync(console, cancellation);
            options = options with { OutputStream = answer.Length == 0 ? null : answer };
        }

        return given.Lookup ? options : options with
        {
            Lookup = await new ConfirmationPrompt("Does it ask an HTTP API about every event?") { DefaultValue = false }.ShowAsync(console, cancellation),
        };
    }

    private static ValidationResult Verdict(string? problem) =>
        problem is null ? ValidationResult.Success() : ValidationResult.Error($"[red]{Markup.Escape(problem)}[/]");
}
