using System.Runtime.InteropServices;

namespace Millrace.Core;

/// <summary>The outcomes of some records, counted. Used by one caller at a time.</summary>
internal sealed class OutcomeCounts
{
    public long Emitted { get; private set; }

    public long Outputs { get; private set; }

    public Dictionary<string, long> Filtered { get; } = [];

    public Dictionary<string, long> Failed { get; } = [];

    public void Add(ProcessedRecord processed) => Count(processed, 1);

    /// <summary>A record that was counted has another outcome after all.</summary>
    public void Replace(ProcessedRecord before, ProcessedRecord after)
    {
        Count(before, -1);
        Count(after, 1);
    }

    private void Count(ProcessedRecord processed, int step)
    {
        switch (processed.Outcome)
        {
            case Outcome.Emitted:
                Emitted += step;
                Outputs += step * (processed.Outputs.Count - (processed.Input.Replay is null ? 0 : 1));
                break;
            case Outcome.Filtered { Reason: var reason }:
                CollectionsMarshal.GetValueRefOrAddDefault(Filtered, reason, out _) += step;
                break;
            case Outcome.Failed { Error: var error }:
                CollectionsMarshal.GetValueRefOrAddDefault(Failed, error.Type, out _) += step;
                break;
        }
    }
}
