using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Millrace.Core;

namespace Millrace.Testing;

/// <summary>A case of a stage as a directory: events in, and what is to become of them.</summary>
/// <remarks>
/// <c>functions/STAGE/fixtures/CASE</c> has <c>input.json</c> or <c>input.ndjson</c>, and <c>output.json</c> or <c>output.ndjson</c>: for each
/// input in its order the events that it becomes, or its error event (without the stack), <c>{"filtered": "why"}</c>, or for a
/// connector <c>{"accepted": "store"}</c>. <c>lookups/*.json</c> has the answers to its lookups (<see cref="RecordedLookups"/>), and
/// <c>fixture.json</c>, where there is one, what <see cref="FixtureSettings"/> says. Every event begins at the same time.
/// </remarks>
public sealed class StageFixture
{
    private const string Input = "input";
    private const string Output = "output";
    private FixtureSettings? _settings;

    /// <summary>A fixture in a directory; nothing is read yet.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="stage">The stage's name.</param>
    public StageFixture(string directory, string stage)
    {
        Directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        (Stage, Name) = (stage, Path.GetFileName(Directory));
    }

    /// <summary>The stage's name.</summary>
    public string Stage { get; }

    /// <summary>The case's name: that of the directory.</summary>
    public string Name { get; }

    /// <summary>The directory.</summary>
    public string Directory { get; }

    private FixtureSettings Settings => _settings ??= FixtureSettings.Read(Path.Combine(Directory, FixtureSettings.FileName));

    /// <summary>Runs the events through the whole pipeline of the stage, and compares.</summary>
    /// <param name="app">How the app is put together: <c>Program.Build</c>.</param>
    /// <param name="record">Whether lookups without an answer are really made, and their answers kept.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="FixtureException">The fixture cannot be used.</exception>
    /// <exception cref="CatalogException">Its settings, or the catalog, are wrong.</exception>
    public async Task<FixtureResult> RunAsync(Func<string[], Action<IHostApplicationBuilder>?, IHost> app, bool record = false, CancellationToken cancellation = default)
    {
        var clock = new FixtureClock(Settings.Time);
        var lookups = new RecordedLookups(Path.Combine(Directory, "lookups"), record);
        using var stage = DetachedStage.Take(app, Stage, new DetachedStageOptions { Settings = Settings.For(Stage), Time = clock, Transport = lookups.Transport });
        var got = new List<JsonElement>();
        foreach (var value in Events(stage.Stage))
        {
            clock.Reset();
            got.AddRange(Results(stage.Stage, await stage.RunAsync(value, Settings.Time, cancellation).ConfigureAwait(false)));
        }

        return new FixtureResult(this, got, [.. Compare(got), .. Unused(lookups)], [.. lookups.Missed]);
    }

    /// <summary>Makes what a run got what is expected. Of a fixture that compares named fields alone, those stay.</summary>
    public void Accept(FixtureResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var file = EventFile.Find(Directory, Output);
        var expected = file is null ? [] : EventFile.Read(file);
        var accepted = result.Got.Select((item, index) => Settings.NamedOnly && index < expected.Count ? JsonDifference.Named(expected[index], item) : item);
        EventFile.Write(file ?? Path.Combine(Directory, Path.ChangeExtension(Output, Path.GetExtension(EventFile.Find(Directory, Input)) ?? ".json")), [.. accepted]);
    }

    /// <summary>The stage and the case: <c>PageChange/an-edit</c>.</summary>
    public override string ToString() => $"{Stage}/{Name}";

    private IReadOnlyList<byte[]> Events(StageDefinition stage)
    {
        if (EventFile.Find(Directory, Input) is { } file)
        {
            return Settings.Example is null ? EventFile.ReadRaw(file) : throw new FixtureException($"{Directory} has {Path.GetFileName(file)}, and {FixtureSettings.FileName} asks for an example; allowed is one of them.");
        }

        return Settings.Example is { } changes
            ? [SchemaExample.Of(stage.Inputs[0], changes)]
            : throw new FixtureException($"{Directory} has neither {Input}.json nor {Input}.ndjson: the events that the stage is given.");
    }

    private IEnumerable<JsonDifference> Compare(List<JsonElement> got)
    {
        var expected = EventFile.Find(Directory, Output) is { } file ? EventFile.Read(file) : [];
        for (var i = 0; i < Math.Max(expected.Count, got.Count); i++)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{Output} {i + 1}");
            if (i >= expected.Count || i >= got.Count)
            {
                yield return new JsonDifference(place, i < expected.Count ? JsonDifference.Text(expected[i]) : null, i < got.Count ? JsonDifference.Text(got[i]) : null);
                continue;
            }

            foreach (var difference in JsonDifference.Between(expected[i], got[i], Settings.NamedOnly))
            {
                yield return difference with { Path = $"{place} {difference.Path}".TrimEnd() };
            }
        }
    }

    private static IEnumerable<JsonDifference> Unused(RecordedLookups lookups) =>
        lookups.Unused.Select(unused => new JsonDifference($"lookups/{unused.File}", $"the lookup {unused.Request}", null));

    private static IEnumerable<JsonElement> Results(StageDefinition stage, ProcessedRecord processed) => processed.Outcome switch
    {
        Outcome.Filtered filtered => [JsonSerializer.SerializeToElement(new { filtered = filtered.Reason })],
        Outcome.Emitted when stage.Connector is { } store => [JsonSerializer.SerializeToElement(new { accepted = store })],
        Outcome.Emitted => processed.Outputs.Select(output => JsonElement.Parse(output.Value)),
        _ => processed.Outputs.Select(WithoutStack),
    };

    // It names lines of code, and the place where that was built.
    private static JsonElement WithoutStack(OutputRecord error)
    {
        var json = JsonNode.Parse(error.Value)!.AsObject();
        json.Remove("stack");
        return json.Deserialize<JsonElement>();
    }
}
