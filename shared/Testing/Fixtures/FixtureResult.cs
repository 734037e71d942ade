using System.Text;
using System.Text.Json;

namespace Millrace.Testing;

/// <summary>What came of running a <see cref="StageFixture"/>.</summary>
/// <param name="Fixture">The fixture.</param>
/// <param name="Got">What became of its events, in their order.</param>
/// <param name="Differences">Where that is not what was expected.</param>
/// <param name="Missed">Requests of lookups that there was no answer to.</param>
public sealed record FixtureResult(StageFixture Fixture, IReadOnlyList<JsonElement> Got, IReadOnlyList<JsonDifference> Differences, IReadOnlyList<string> Missed)
{
    /// <summary>Whether all is as expected.</summary>
    public bool Holds => Differences.Count == 0 && Missed.Count == 0;

    /// <summary>The result for people: a line where it holds, and otherwise every difference and miss, with what to do about it.</summary>
    public override string ToString()
    {
        if (Holds)
        {
            return $"{Fixture} holds.";
        }

        var text = new StringBuilder($"{Fixture} does not hold ({Fixture.Directory}):");
        foreach (var difference in Differences)
        {
            text.Append($"\n  {difference.Path}\n    expected {difference.Expected ?? "nothing"}\n    got      {difference.Got ?? "nothing"}");
        }

        foreach (var request in Missed)
        {
            text.Append($"\n  There is no answer to {request}. Record it with `millrace test {Fixture} --record`, or write it as lookups/NAME.json: {{\"request\": \"{request}\", \"body\": …}}");
        }

        return text.Append(Differences.Count == 0 ? "" : $"\n  If what it got is right: `millrace test {Fixture} --update`.").ToString();
    }
}
