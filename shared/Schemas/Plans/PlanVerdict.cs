namespace Millrace.Schemas;

/// <summary>What a plan says of a JSON text.</summary>
internal enum PlanVerdict
{
    /// <summary>It is JSON, and matches.</summary>
    Accepted,

    /// <summary>It is not, or does not.</summary>
    Refused,

    /// <summary>The plan has no answer; the tree that it was made from does.</summary>
    Undecided,
}
