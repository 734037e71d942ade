using System.ComponentModel.DataAnnotations;
using Millrace.Core;
using Millrace.Lookups;

namespace Millrace.Hosting.Tests;

/// <summary>A stage without settings.</summary>
internal sealed class Copy : Enrichment
{
    protected override ValueTask<Outcome> EnrichAsync(Event input, CancellationToken cancellation) => new(Emit(EventDraft.From(input)));
}

/// <summary>A stage that no catalog of these tests has.</summary>
internal sealed class Stranger : IStage
{
    public ValueTask<Outcome> ProcessAsync(Event input, CancellationToken cancellation) => new(new Outcome.Filtered("stranger"));
}

/// <summary>Settings of every kind.</summary>
internal sealed class CopySettings
{
    [Required(ErrorMessage = "set it to a name")]
    public string? Name { get; set; } = "unset";

    [Range(1, 10)]
    public int Number { get; set; } = 5;

    public long? Optional { get; set; }

    public double Ratio { get; set; } = 0.5;

    public bool Flag { get; set; }

    public TimeSpan Pause { get; set; } = TimeSpan.FromSeconds(1);

    public DayOfWeek Day { get; set; } = DayOfWeek.Monday;

    public IList<string> Names { get; } = ["default"];

    public IList<int> Numbers { get; } = [];

    public Dictionary<string, string> Map { get; } = [];

    public LookupOptions Lookup { get; set; } = new();
}
