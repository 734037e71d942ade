using System.Text;

namespace Millrace.Resilience;

/// <summary>The checker itself: what is right passes, and each single fault is found and named.</summary>
public sealed class OracleTests
{
    private const int Partitions = 2;
    private readonly ITestOutputHelper _output;
    private readonly Random _random;
    private readonly List<Input> _inputs = [];
    private readonly List<Output> _outputs = [];
    private readonly List<Failure> _failures = [];
    private readonly List<CheckpointSample> _samples = [];

    public OracleTests(ITestOutputHelper output)
    {
        _output = output;
        _random = Seed.New(output);
        var ends = new long[Partitions];
        var sequences = new Dictionary<string, long>();
        for (var n = 0; n < 400; n++)
        {
            var key = $"k{_random.Next(12)}";
            var partition = key.Length % Partitions;
            var sent = new ProbeEvent(key, sequences.GetValueOrDefault(key), (Fate)_random.Next(4));
            sequences[key] = sent.Sequence + 1;
            _inputs.Add(new Input(new LogPosition("in", partition, ends[partition]++), ProbeEvent.Decode(sent.Encode("padding"))));
        }

        foreach (var input in _inputs)
        {
            var at = new LogPosition(input.Event.Fate is Fate.Emit ? "out" : "error", input.At.Partition, (2 * input.At.Offset) + 7);
            switch (input.Event.Fate)
            {
                case Fate.Emit:
                    _outputs.Add(new Output(at, Answered(input)));
                    break;
                case Fate.Poison or Fate.Malformed:
                    _failures.Add(new Failure(at, input.At, "poisoned"));
                    break;
            }
        }

        _samples.Add(Sample(10));
        _samples.Add(Sample(20));
    }

    [Fact]
    public void What_is_there_once_and_in_order_passes()
    {
        var verdict = Judge();

        Assert.True(verdict.IsExactlyOnce, verdict.ToString());
        Assert.Equal((_inputs.Count, _inputs.Count(input => input.Event.Fate is Fate.Filter)), (verdict.Inputs, verdict.Filtered));
    }

    [Fact]
    public void One_dropped_output_is_found()
    {
        var dropped = Pick(_outputs);
        _outputs.Remove(dropped);
        _samples.Clear();

        Finds(verdict => verdict.Lost, $"{Name(dropped.Event)} at");
    }

    [Fact]
    public void One_lost_error_event_is_found()
    {
        var lost = Pick(_failures);
        _failures.Remove(lost);
        _samples.Clear();

        Finds(verdict => verdict.Lost, $"{lost.Source.Partition}/{lost.Source.Offset} is lost");
    }

    [Fact]
    public void One_repeated_output_is_found()
    {
        var repeated = Pick(_outputs);
        _outputs.Add(repeated with { At = repeated.At with { Offset = 1_000_000 } });

        Finds(verdict => verdict.Duplicates, $"{Name(repeated.Event)} at");
    }

    [Fact]
    public void One_repeated_error_event_is_found()
    {
        var repeated = Pick(_failures);
        _failures.Add(repeated with { At = repeated.At with { Offset = 1_000_000 } });

        Finds(verdict => verdict.Duplicates, $"{repeated.Source.Partition}/{repeated.Source.Offset} is at");
    }

    [Fact]
    public void One_swap_of_two_neighbours_of_a_key_is_found()
    {
        var key = _outputs.GroupBy(output => output.Event.Key).First(group => group.Count() > 3).ToList();
        var first = _random.Next(key.Count - 1);
        var (one, two) = (key[first], key[first + 1]);
        _outputs[_outputs.IndexOf(one)] = one with { Event = two.Event };
        _outputs[_outputs.IndexOf(two)] = two with { Event = one.Event };
        _samples.Clear();

        Finds(verdict => verdict.Reordered, Name(one.Event));
    }

    [Fact]
    public void One_swap_of_two_error_events_of_a_key_is_found()
    {
        var key = _failures.GroupBy(failure => _inputs.Find(input => input.At == failure.Source)!.Event.Key).First(group => group.Count() > 1).ToList();
        _failures[_failures.IndexOf(key[0])] = key[0] with { Source = key[1].Source };
        _failures[_failures.IndexOf(key[1])] = key[1] with { Source = key[0].Source };
        _samples.Clear();

        Finds(verdict => verdict.Reordered, "comes after");
    }

    [Fact]
    public void One_output_of_an_event_that_was_to_be_filtered_is_found()
    {
        var filtered = Pick(_inputs.Where(input => input.Event.Fate is Fate.Filter && input.Event.Sequence > 0).ToList());
        var before = _outputs.Find(output => output.Event.Key == filtered.Event.Key);
        _outputs.Add(new Output(new LogPosition("out", before?.At.Partition ?? 0, 1_000_000), Answered(filtered)));

        Finds(verdict => verdict.Wrong, "whose fate is Filter", andNothingElse: false);
    }

    [Fact]
    public void One_output_that_was_never_sent_is_found()
    {
        _outputs.Add(new Output(new LogPosition("out", 0, 1_000_000), Answered(new Input(default, new ProbeEvent("k0", 1_000_000, Fate.Emit)))));

        Finds(verdict => verdict.Wrong, "is of no input");
    }

    [Fact]
    public void One_output_with_the_answer_to_another_lookup_is_found()
    {
        var index = _random.Next(_outputs.Count);
        _outputs[index] = _outputs[index] with { Event = ProbeEvent.Decode(_outputs[index].Event.Encode("padding")) };

        Finds(verdict => verdict.Wrong, "has other content");
    }

    [Fact]
    public void One_error_event_for_an_event_that_was_to_come_out_is_found()
    {
        var output = Pick(_outputs);
        _outputs.Remove(output);
        _failures.Add(new Failure(output.At with { Topic = "error" }, _inputs.Find(input => Same(input, output))!.At, "lookup_timeout"));
        _samples.Clear();

        Finds(verdict => verdict.Wrong, "error 'lookup_timeout'", andNothingElse: false);
    }

    [Fact]
    public void A_checkpoint_that_passes_one_output_before_it_is_there_is_found()
    {
        var last = _outputs.Last(output => output.At.Partition == 0);
        var source = _inputs.Find(input => Same(input, last))!.At;
        var sample = Sample(source.Offset + 1);
        _samples.Add(sample with { Ends = sample.Ends.ToDictionary(end => end.Key, end => end.Key == ("out", 0) ? last.At.Offset : end.Value) });

        Finds(verdict => verdict.Early, "before its outcome was there");
    }

    [Fact]
    public void A_checkpoint_that_goes_back_is_found()
    {
        _samples.Reverse();

        Finds(verdict => verdict.Early, "went back", count: Partitions);
    }

    [Fact]
    public void The_hosts_own_group_may_go_back()
    {
        _samples.Reverse();
        _samples[0] = _samples[0] with { Group = "host", IsCheckpoint = false };
        _samples[1] = _samples[1] with { Group = "host", IsCheckpoint = false };

        Assert.True(Judge().IsExactlyOnce);
    }

    private static string Name(ProbeEvent sent) => $"event {sent.Key}/{sent.Sequence}";

    private static bool Same(Input input, Output output) => (input.Event.Key, input.Event.Sequence) == (output.Event.Key, output.Event.Sequence);

    private static ProbeEvent Answered(Input input)
    {
        var sent = Encoding.UTF8.GetString((input.Event with { Fate = Fate.Emit }).Encode("padding"));
        return ProbeEvent.Decode(Encoding.UTF8.GetBytes($"{sent[..^1]},\"answer\":\"{ProbeEvent.AnswerTo($"{input.Event.Key}/{input.Event.Sequence}")}\"}}"));
    }

    private static CheckpointSample Sample(long committed) => new(
        "checkpoint",
        IsCheckpoint: true,
        Enumerable.Range(0, Partitions).ToDictionary(partition => partition, _ => committed),
        Enumerable.Range(0, Partitions).SelectMany(partition => new[] { ("out", partition), ("error", partition) }).ToDictionary(end => end, _ => (2 * committed) + 7));

    private T Pick<T>(List<T> from) => from[_random.Next(from.Count)];

    private Verdict Judge() => Oracle.Judge(new Observed(_inputs, _outputs, _failures, _samples));

    private void Finds(Func<Verdict, int> kind, string difference, int count = 1, bool andNothingElse = true)
    {
        var verdict = Judge();
        _output.WriteLine(verdict.ToString());

        Assert.False(verdict.IsExactlyOnce);
        Assert.Equal(count, kind(verdict));
        Assert.Contains(verdict.Differences, found => found.Contains(difference, StringComparison.Ordinal));
        if (andNothingElse)
        {
            Assert.Equal(count, verdict.Lost + verdict.Duplicates + verdict.Reordered + verdict.Wrong + verdict.Early);
        }
    }
}
