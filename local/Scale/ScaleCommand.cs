using System.CommandLine;
using System.Globalization;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Local;

/// <summary><c>millrace scale</c>: what a stage's scale settings would make of a trace of rates.</summary>
internal static class ScaleCommand
{
    private const int Done = 0;
    private const int Behind = 1;
    private const int Unusable = 2;

    // A replica that drains what it is for in so many seconds: the rule of thumb behind lagThreshold, read backwards.
    private const double DrainSeconds = 10;

    private static readonly Option<string> Simulate = new("--simulate") { Description = $"The trace: {RateTrace.Allowed}. A rate holds until the next line's. Lines that begin with # are passed over.", HelpName = "TRACE", Required = true };

    private static readonly Option<string> Stage = new("--stage") { Description = "The stage whose settings in the catalog are simulated.", HelpName = "NAME", Required = true };

    private static readonly Option<string[]> Set = new("--set") { Description = $"Another value for a setting; may be repeated. Times are in seconds. Settings are {string.Join(", ", ScaleSetting.Names)}.", HelpName = "NAME=VALUE" };

    private static readonly Option<double?> EventsPerSecond = new("--events-per-second") { Description = $"How many events one replica processes in a second. By default lagThreshold / {DrainSeconds}.", HelpName = "N" };

    private static readonly Option<int?> Partitions = new("--partitions") { Description = "How many partitions the input has. By default those of streams.json.", HelpName = "N" };

    private static readonly Option<double> StartUp = new("--start-up") { Description = "How long a replica takes to start.", HelpName = "SECONDS", DefaultValueFactory = _ => 10 };

    private static readonly Option<double> Rebalance = new("--rebalance") { Description = "How long all replicas pause when one comes or goes.", HelpName = "SECONDS", DefaultValueFactory = _ => 3 };

    private static readonly Option<string?> Svg = new("--svg") { Description = "Write the plot as an SVG image, too.", HelpName = "FILE" };

    private static readonly Option<bool> Json = new("--json") { Description = "Print settings, summary and every second as JSON instead." };

    public static Command Create()
    {
        var command = new Command("scale", """
            Simulate how KEDA would scale a stage for a trace of rates: its lag and its replicas over time, so that a
            lagThreshold can be chosen. It is a model: keys are spread evenly over partitions, and a replica processes the
            same number of events in every second.

            Examples:
              millrace scale --simulate infra/traces/burst.csv --stage PageContentChange
              millrace scale --simulate infra/traces/burst.csv --stage PageContentChange --set lagThreshold=500 --set cooldownPeriod=60
              millrace scale --simulate rates.ndjson --stage PageChange --events-per-second 2000 --svg plot.svg
              millrace scale --simulate rates.ndjson --stage PageChange --json

            Exit codes: 0 all was processed in the end; 1 events were left behind that no replica would come for; 2 an
            option, the trace or the catalog cannot be used.
            """);
        foreach (var option in (Option[])[Simulate, Stage, Set, EventsPerSecond, Partitions, StartUp, Rebalance, Svg, Json])
        {
            command.Options.Add(option);
        }

        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        try
        {
            return Show(parsed);
        }
        catch (Exception wrong) when (wrong is UsageException or CatalogException or IOException or UnauthorizedAccessException)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"millrace: {wrong.Message}");
            return Unusable;
        }
    }

    private static int Show(ParseResult parsed)
    {
        var output = parsed.InvocationConfiguration.Output;
        var catalog = CatalogFiles.Load(AppContext.BaseDirectory);
        var stage = catalog.Get(parsed.GetValue(Stage)!);
        var options = Read(parsed, stage, catalog);
        var moments = ScaleSimulation.Run(RateTrace.Read(parsed.GetValue(Simulate)!), options);
        var summary = SimulationSummary.Of(moments);
        var settings = Describe(options);
        if (parsed.GetValue(Svg) is { } svg)
        {
            File.WriteAllText(svg, SvgPlot.Draw($"{stage.Name}: {Path.GetFileName(parsed.GetValue(Simulate))}", settings, moments));
        }

        if (parsed.GetValue(Json))
        {
            Report.Json(output, new { Stage = stage.Name, Settings = options, Summary = summary, Moments = moments });
        }
        else
        {
            output.WriteLine($"{stage.Name}: {settings}");
            output.WriteLine();
            output.Write(TextPlot.Draw(moments, Columns()));
            output.WriteLine();
            Write(output, summary);
        }

        return summary.LeftOver > 0.5 ? Behind : Done;
    }

    private static void Write(TextWriter output, SimulationSummary summary)
    {
        Report.Columns(output,
        [
            ["peak lag", $"{summary.PeakLag:N0} events"],
            ["longest lag", $"{summary.LongestLagSeconds:N0} s until an event was processed"],
            ["replicas", $"{summary.PeakReplicas} at most; {summary.ScaleUps} times up, {summary.ScaleDowns} times down"],
            ["cost", $"{summary.ReplicaSeconds:N0} replica-seconds in {PlotScale.Time(summary.Seconds)}, {summary.ReplicaSeconds / (double)summary.Seconds:0.00} replicas on average"],
        ]);
        if (summary.LeftOver > 0.5)
        {
            output.WriteLine($"{summary.LeftOver:N0} events are left behind at the end: too few to be beyond activationLagThreshold, or more than maxReplicas can do.");
        }
    }

    private static string Describe(SimulationOptions options) => string.Create(CultureInfo.InvariantCulture,
        $"lagThreshold {options.Rules.LagThreshold:N0}, {options.Rules.MinReplicas} to {options.Rules.MaxReplicas} replicas of {options.EventsPerSecond:N0} events/s, {options.Partitions} partitions");

    private static SimulationOptions Read(ParseResult parsed, StageDefinition stage, StageCatalog catalog)
    {
        // KEDA has a trigger for each topic, and the one that wants most decides: the trace is that of the largest.
        var partitions = Partition(parsed) ?? stage.WidestInput;
        var rules = ScaleSetting.Apply(ScaleRules.Of(stage.Scale, partitions), parsed.GetValue(Set) ?? [], Set.Name);
        return new SimulationOptions
        {
            Rules = rules,
            Partitions = partitions,
            EventsPerSecond = parsed.GetValue(EventsPerSecond) switch
            {
                null => rules.LagThreshold / DrainSeconds,
                > 0 and <= 10_000_000 and var events => events,
                var events => throw new UsageException($"{EventsPerSecond.Name} is {events}; allowed is more than 0, at most 10000000."),
            },
            StartUp = Seconds(parsed, StartUp),
            RebalancePause = Seconds(parsed, Rebalance),
            MarkersPerPartition = stage.Inputs.Max(input => RestingLag.MarkersPerPartition(catalog, input, Partition(parsed))),
        };
    }

    private static int? Partition(ParseResult parsed) =>
        parsed.GetValue(Partitions) is null or (>= 1 and <= 1_000) ? parsed.GetValue(Partitions) : throw new UsageException($"{Partitions.Name} is {parsed.GetValue(Partitions)}; allowed is 1 to 1000.");

    private static TimeSpan Seconds(ParseResult parsed, Option<double> option) =>
        parsed.GetValue(option) is var seconds and >= 0 and <= 3_600 ? TimeSpan.FromSeconds(seconds) : throw new UsageException($"{option.Name} is {parsed.GetValue(option)}; allowed is 0 to 3600 seconds.");

    private static int Columns() => Console.IsOutputRedirected ? 100 : Math.Clamp(Console.WindowWidth - 1, 60, 160);
}
