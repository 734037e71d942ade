namespace Millrace.Schemas;

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity
{
    /// <summary>Worth a look; the schema works on every part of the platform.</summary>
    Warning,

    /// <summary>Some part of the platform refuses the schema, or its promise is broken.</summary>
    Error,
}
