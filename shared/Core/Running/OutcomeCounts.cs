using System.Runtime.InteropServices;

namespace Millrace.Core;

/// <summary>The outcomes of some records, counted. Used by one caller at a time.</summary>
internal sealed class OutcomeCounts
{
    public long Emitted { get; private set; }

    public long Outputs { get; private set; }

    public Dictionary<string, long> Filtered { get; } = [];

    public Dictionary<string, long> Failed { get; } = [];

    public void Add(ProcessedRecord processed)
    {
        switch (processed.Outcome)
        {
            case Outcome.Emitted:
                Emitted++;
                Outputs += processed.Outputs.Count;
                break;
            case Outcome.Filtered { Reason: var reason }:
                CollectionsMarshal.GetValueRefOrAddDefault(Filtered, reason, out _)++;
                break;
            case Outcome.Failed { Error: var error }:
                CollectionsMarshal.GetValueRefOrAddDefault(Failed, error.Type, out _)++;
                break;
        }
    }
}
