using System.CommandLine;
using System.Globalization;
using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>What commands that look at a cluster have in common: how it is named, how they end.</summary>
internal static class OperationsVerb
{
    /// <summary>All went well.</summary>
    public const int Good = 0;

    /// <summary>Something is as it should not be, or was not found.</summary>
    public const int Found = 1;

    /// <summary>An option cannot be used, or nobody answers.</summary>
    public const int Unusable = 2;

    /// <summary>Print JSON.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON on standard output." };

    private static readonly Option<string?> Kafka = new("--kafka") { Description = "The brokers, host:port; several with commas. Without: the broker of the millrace dev that runs here, or else KAFKA_BOOTSTRAP_SERVERS.", HelpName = "HOST:PORT" };

    /// <summary>Where a <c>millrace dev</c> keeps its data.</summary>
    public static readonly Option<string> Data = new("--data") { Description = "The directory of that millrace dev.", HelpName = "DIR", DefaultValueFactory = _ => DevOptions.DefaultData };

    private static readonly Option<string?> Datacenter = new("--datacenter") { Description = "The side of a millrace dev --datacenters; with --kafka, the datacenter whose topics stages read.", HelpName = "NAME" };

    private static readonly Option<string[]> Settings = new("--setting") { Description = "A setting of the function app, such as Kafka:Client:security.protocol=ssl, over those of the environment. May be repeated.", HelpName = "NAME=VALUE" };

    /// <summary>Makes a command.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does, examples and exit codes.</param>
    /// <param name="run">Does it, on what was found.</param>
    /// <param name="symbols">Its own arguments and options.</param>
    public static Command Create(string name, string description, Func<ParseResult, Platform, CancellationToken, Task<int>> run, params Symbol[] symbols) =>
        Create(name, description, run, ofStopped: false, symbols);

    /// <summary>Makes a command that works on what a <c>millrace dev</c> has left, too.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does, examples and exit codes.</param>
    /// <param name="run">Does it, on what was found.</param>
    /// <param name="ofStopped">Whether the broker of a <c>millrace dev</c> that has ended is started for as long as the command runs.</param>
    /// <param name="symbols">Its own arguments and options.</param>
    public static Command Create(string name, string description, Func<ParseResult, Platform, CancellationToken, Task<int>> run, bool ofStopped, params Symbol[] symbols)
    {
        var command = new Command(name, description);
        foreach (var symbol in (Symbol[])[.. symbols, Kafka, Data, Datacenter, Settings, Json])
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)symbol);
            }
        }

        command.SetAction((parsed, cancellation) => RunAsync(parsed, run, ofStopped, cancellation));
        return command;
    }

    /// <summary>Whether brokers were named, and not found.</summary>
    public static bool NamesBrokers(this ParseResult parsed) => parsed.GetValue(Kafka) is not null;

    /// <summary>A number within bounds.</summary>
    public static T Bounded<T>(ParseResult parsed, Option<T> option, T least, T most)
        where T : struct, IComparable<T>, IFormattable
    {
        var value = parsed.GetValue(option);
        return value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0 ? value
            : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {value}; allowed is {least} to {most}."));
    }

    /// <summary>A place to begin or to end at.</summary>
    public static BackfillBound? Bound(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is { } text ? BackfillBound.Parse(option.Name, text) : null;

    private static async Task<int> RunAsync(ParseResult parsed, Func<ParseResult, Platform, CancellationToken, Task<int>> run, bool ofStopped, CancellationToken cancellation)
    {
        Platform? platform = null;
        string problem;
        try
        {
            var search = new PlatformSearch
            {
                Kafka = parsed.GetValue(Kafka),
                Data = parsed.GetValue(Data)!,
                Datacenter = parsed.GetValue(Datacenter),
                Settings = parsed.GetValue(Settings) ?? [],
            };
            await using var stopped = ofStopped ? StoppedDev.Start(search) : null;
            platform = await search.FindAsync(cancellation);
            return await run(parsed, platform, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Good;
        }
        catch (KafkaException cause)
        {
            problem = platform?.Explain(cause) ?? cause.Message;
        }
        catch (Exception wrong) when (wrong is UsageException or CatalogException or SinkException or FailoverException or IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException)
        {
            // The client library refuses settings as an argument, or as an operation.
            problem = wrong.Message;
        }

        await parsed.InvocationConfiguration.Error.WriteLineAsync($"millrace: {problem}");
        return Unusable;
    }
}
