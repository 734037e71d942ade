namespace Millrace.Local;

/// <summary>One step that an event passed.</summary>
internal sealed record TraceStep
{
    /// <summary>The step's name: that of its class.</summary>
    public required string Name { get; init; }

    /// <summary>How many steps are around it.</summary>
    public required int Depth { get; init; }

    /// <summary>How long it took, without the steps within.</summary>
    public TimeSpan Time { get; set; }

    /// <summary>What the event had become when it left.</summary>
    public string Outcome { get; set; } = "";
}
