namespace Millrace.Resilience;

/// <summary>Compares what went in with what can be seen.</summary>
/// <remarks>Pure. Every input is in the output or in the error stream exactly once as its fate says, or was to be filtered and is in neither.</remarks>
internal sealed class Oracle
{
    private const int MaxDifferences = 10;
    private readonly List<string> _differences = [];
    private readonly Dictionary<LogPosition, List<LogPosition>> _outcomes = [];
    private int _lost;
    private int _duplicates;
    private int _reordered;
    private int _wrong;
    private int _early;

    private Oracle()
    {
    }

    /// <summary>Judges a run that has ended.</summary>
    public static Verdict Judge(Observed observed) => new Oracle().Find(observed);

    private Verdict Find(Observed observed)
    {
        var events = new Dictionary<(string, long), Input>();
        foreach (var input in observed.Inputs)
        {
            if (!events.TryAdd((input.Event.Key, input.Event.Sequence), input))
            {
                Note(ref _wrong, $"{Name(input)} went in twice: the load is wrong");
            }
        }

        var byPosition = observed.Inputs.ToDictionary(input => input.At);
        foreach (var output in observed.Outputs)
        {
            Take(events.GetValueOrDefault((output.Event.Key, output.Event.Sequence)), output.At, [Fate.Emit], $"output {output.Event.Key}/{output.Event.Sequence}");
            Expect(output.Event.IsIntact, ref _wrong, () => $"output {output.Event.Key}/{output.Event.Sequence} at {output.At} has other content");
        }

        foreach (var failure in observed.Failures)
        {
            Take(byPosition.GetValueOrDefault(failure.Source), failure.At, [Fate.Poison, Fate.Malformed], $"error '{failure.Type}' about {failure.Source}");
        }

        observed.Inputs.ToList().ForEach(Count);
        Order(observed.Inputs);
        Compare(observed.Samples, observed.Inputs);
        Advance(observed.Samples);
        return new Verdict
        {
            Inputs = observed.Inputs.Count,
            Filtered = observed.Inputs.Count(input => input.Event.Fate is Fate.Filter && !_outcomes.ContainsKey(input.At)),
            Lost = _lost,
            Duplicates = _duplicates,
            Reordered = _reordered,
            Wrong = _wrong,
            Early = _early,
            Differences = _differences,
        };
    }

    private void Take(Input? input, LogPosition at, Fate[] fates, string outcome)
    {
        if (input is null)
        {
            Note(ref _wrong, $"{outcome} at {at} is of no input");
            return;
        }

        Expect(fates.Contains(input.Event.Fate), ref _wrong, () => $"{outcome} at {at} is of {Name(input)}, whose fate is {input.Event.Fate}");
        (_outcomes.TryGetValue(input.At, out var outcomes) ? outcomes : _outcomes[input.At] = []).Add(at);
    }

    private void Count(Input input)
    {
        var outcomes = _outcomes.GetValueOrDefault(input.At);
        Expect(outcomes is not null || input.Event.Fate is Fate.Filter, ref _lost, () => $"{Name(input)} is lost");
        for (var extra = 1; extra < outcomes?.Count; extra++)
        {
            var (first, again) = (outcomes[0], outcomes[extra]);
            Note(ref _duplicates, $"{Name(input)} is at {first} and again at {again}");
        }
    }

    // Of repetitions the first counts, so that they are not reported as a disorder, too.
    private void Order(IReadOnlyList<Input> inputs)
    {
        foreach (var key in inputs.Where(input => _outcomes.ContainsKey(input.At)).GroupBy(input => (input.Event.Key, _outcomes[input.At][0].Topic)))
        {
            Expect(key.Select(input => _outcomes[input.At][0].Partition).Distinct().Count() == 1, ref _wrong, () => $"key {key.Key.Key} is in several partitions of {key.Key.Topic}");
            var latest = default(Input);
            foreach (var input in key.OrderBy(input => _outcomes[input.At].Min(at => at.Offset)))
            {
                if (latest is not null && input.Event.Sequence < latest.Event.Sequence)
                {
                    Note(ref _reordered, $"{Name(input)} comes after {Name(latest)}");
                }
                else
                {
                    latest = input;
                }
            }
        }
    }

    // Ends only grow, so an event is looked at once: in the first sample of a group that has passed it.
    private void Compare(IReadOnlyList<CheckpointSample> samples, IReadOnlyList<Input> inputs)
    {
        var partitions = inputs.GroupBy(input => input.At.Partition).ToDictionary(inputs => inputs.Key, inputs => inputs.OrderBy(input => input.At.Offset).ToArray());
        var passed = new Dictionary<(string Group, int Partition), int>();
        foreach (var sample in samples)
        {
            foreach (var (partition, committed) in sample.Committed.Where(committed => partitions.ContainsKey(committed.Key)))
            {
                var events = partitions[partition];
                var next = passed.GetValueOrDefault((sample.Group, partition));
                for (; next < events.Length && events[next].At.Offset < committed; next++)
                {
                    Compare(sample, events[next]);
                }

                passed[(sample.Group, partition)] = next;
            }
        }
    }

    private void Compare(CheckpointSample sample, Input input)
    {
        var written = _outcomes.TryGetValue(input.At, out var outcomes) && outcomes.Exists(at => at.Offset < sample.Ends.GetValueOrDefault((at.Topic, at.Partition)));
        Expect(written || input.Event.Fate is Fate.Filter, ref _early, () => $"group {sample.Group} had passed {Name(input)} before its outcome was there");
    }

    private void Advance(IReadOnlyList<CheckpointSample> samples)
    {
        foreach (var group in samples.Where(sample => sample.IsCheckpoint).GroupBy(sample => sample.Group))
        {
            foreach (var (before, after) in group.Zip(group.Skip(1)))
            {
                foreach (var (partition, offset) in before.Committed)
                {
                    Expect(after.Committed.GetValueOrDefault(partition) >= offset, ref _early, () =>
                        $"group {group.Key} went back in partition {partition} from {offset} to {after.Committed.GetValueOrDefault(partition)}");
                }
            }
        }
    }

    private void Expect(bool right, ref int count, Func<string> difference)
    {
        if (!right)
        {
            Note(ref count, difference());
        }
    }

    private void Note(ref int count, string difference)
    {
        count++;
        if (_differences.Count < MaxDifferences)
        {
            _differences.Add(difference);
        }
    }

    private static string Name(Input input) => $"event {input.Event.Key}/{input.Event.Sequence} at {input.At.Partition}/{input.At.Offset}";
}
