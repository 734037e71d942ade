using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>One run of a schema over one value: where it stands, what it found, what it may still spend.</summary>
/// <remarks>
/// A run either asks (<see cref="IsProbe"/>: the first violation answers, nothing is written down) or collects violations
/// up to a limit. A value is asked about first, so that a valid one pays for no paths and no sentences.
/// </remarks>
internal sealed class Evaluation
{
    /// <summary>How deep a value may be nested.</summary>
    public const int MaxDepth = 64;

    private const long BaseBudget = 1_000_000;
    private const long BudgetPerByte = 16;

    private readonly List<string> _path = [];
    private readonly List<SchemaViolation>? _violations;
    private readonly int _limit;
    private int _probes;
    private int _depth;
    private long _budget;

    private Evaluation(long budget, List<SchemaViolation>? violations, int limit) =>
        (_budget, _violations, _limit) = (budget, violations, limit);

    /// <summary>Whether only the answer is wanted.</summary>
    public bool IsProbe => _violations is null || _probes > 0;

    /// <summary>Whether, after a violation, there is no point in looking for more.</summary>
    public bool IsDone => IsProbe || _violations!.Count >= _limit;

    /// <summary>How many steps a value of that many bytes may cost: in proportion to its size, whatever the schema.</summary>
    public static long BudgetOf(int bytes) => BaseBudget + (BudgetPerByte * bytes);

    /// <summary>A run that asks.</summary>
    public static Evaluation Probing(long budget) => new(budget, null, 0);

    /// <summary>A run that collects.</summary>
    public static Evaluation Collecting(long budget, List<SchemaViolation> violations, int limit) => new(budget, violations, limit);

    /// <summary>Takes one step from the budget, and room on the stack.</summary>
    /// <exception cref="EvaluationLimitException">There is none left. No keyword, not even <c>not</c>, turns that into an answer.</exception>
    public void Step()
    {
        if (--_budget < 0)
        {
            throw new EvaluationLimitException("takes more steps to validate than a value of its size may");
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new EvaluationLimitException("is nested too deeply to validate");
        }
    }

    /// <summary>Writes a violation down, or not. Always false, as the answer to "does it match?".</summary>
    public bool Fail(string keyword, [InterpolatedStringHandlerArgument("")] ref Sentence sentence)
    {
        if (!IsDone)
        {
            _violations!.Add(new SchemaViolation(JsonPath.Pointer(_path), JsonPath.Dotted(_path), keyword, sentence.ToString()));
        }

        return false;
    }

    /// <summary>Asks whether a value matches, whatever kind of run this is.</summary>
    public bool Probe(SchemaNode node, JsonElement value)
    {
        _probes++;
        var matches = node.Evaluate(value, this);
        _probes--;
        return matches;
    }

    /// <summary>Evaluates a value one level below the present one.</summary>
    /// <param name="name">The property's name as it stands in the JSON, without quotes.</param>
    /// <param name="node">The schema.</param>
    /// <param name="value">The property's value.</param>
    public bool Property(ReadOnlySpan<byte> name, SchemaNode node, JsonElement value)
    {
        Descend();
        if (!IsProbe)
        {
            _path.Add(JsonPath.Segment(name));
        }

        return Ascend(node.Evaluate(value, this));
    }

    /// <summary>Evaluates an item of the present array.</summary>
    public bool Item(int index, SchemaNode node, JsonElement value)
    {
        Descend();
        if (!IsProbe)
        {
            _path.Add(JsonPath.Segment(index));
        }

        return Ascend(node.Evaluate(value, this));
    }

    /// <summary>Asks whether an item of the present array matches.</summary>
    public bool ProbeItem(int index, SchemaNode node, JsonElement value)
    {
        _probes++;
        var matches = Item(index, node, value);
        _probes--;
        return matches;
    }

    /// <summary>Writes down a violation that is about a property of the present object, there or missing. Always false.</summary>
    public bool FailProperty(ReadOnlySpan<byte> name, string keyword, string sentence)
    {
        if (!IsDone)
        {
            _path.Add(JsonPath.Segment(name));
            _ = Fail(keyword, $"{sentence}");
            _path.RemoveAt(_path.Count - 1);
        }

        return false;
    }

    private void Descend()
    {
        if (++_depth > MaxDepth)
        {
            throw new EvaluationLimitException($"is nested deeper than {MaxDepth} levels");
        }
    }

    private bool Ascend(bool matches)
    {
        _depth--;
        if (!IsProbe)
        {
            _path.RemoveAt(_path.Count - 1);
        }

        return matches;
    }

    /// <summary>A sentence that is put together only where somebody will read it.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Sentence
    {
        private readonly StringBuilder? _text;

        /// <summary>Called by the compiler in front of the parts.</summary>
        public Sentence(int literalLength, int formattedCount, Evaluation run, out bool isWanted)
        {
            isWanted = !run.IsDone;
            _text = isWanted ? new StringBuilder(literalLength + formattedCount * 16) : null;
        }

        /// <summary>Adds a constant part.</summary>
        public void AppendLiteral(string text) => _text!.Append(text);

        /// <summary>Adds a text or a count.</summary>
        public void AppendFormatted<T>(T value) => _text!.Append(value);

        /// <summary>Adds a JSON value, shortened.</summary>
        public void AppendFormatted(JsonElement value) => _text!.Append(JsonExcerpt.Of(value));

        /// <summary>The sentence.</summary>
        public override string ToString() => _text?.ToString() ?? "";
    }
}
