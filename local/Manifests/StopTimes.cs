using System.Globalization;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>How long a process may take to stop, in seconds.</summary>
/// <param name="Linger">For how long a pod goes on as before once it is to stop: whoever sends requests hears later than the pod that it goes.</param>
/// <param name="Host">Until its host gives up.</param>
internal sealed record StopTimes(int Linger, int Host)
{
    private const int Settle = 5, Leave = 5, Margin = 10;

    /// <summary>Until Kubernetes kills it: ten seconds more than both, so that it never has to.</summary>
    public int Pod => Linger + Host + Margin;

    /// <summary>The setting by which the app's host is told.</summary>
    public string Setting => $"shutdownTimeoutSeconds={Host.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Those of a stage, to which nobody sends requests: the drain time, five seconds to settle what has left in order, and five to leave the consumer group.</summary>
    public static StopTimes Of(StageDefinition stage) => new(0, (int)Math.Ceiling(stage.Options.DrainTime.TotalSeconds) + Settle + Leave);
}
