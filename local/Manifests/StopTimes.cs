using Millrace.Core;

namespace Millrace.Local;

/// <summary>How long a stage's process may take to stop, in seconds.</summary>
/// <param name="Host">Until its host gives up: the drain time, five seconds to settle what has left in order, and five to leave the consumer group.</param>
/// <param name="Pod">Until Kubernetes kills it: ten seconds more, so that it never has to.</param>
internal sealed record StopTimes(int Host, int Pod)
{
    private const int Settle = 5, Leave = 5, Margin = 10;

    /// <summary>Those of a stage, by its drain time.</summary>
    public static StopTimes Of(StageDefinition stage)
    {
        var host = (int)Math.Ceiling(stage.Options.DrainTime.TotalSeconds) + Settle + Leave;
        return new StopTimes(host, host + Margin);
    }
}
