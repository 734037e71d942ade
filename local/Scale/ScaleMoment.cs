namespace Millrace.Local;

/// <summary>One second of a simulation.</summary>
/// <param name="Second">Which.</param>
/// <param name="Rate">Events that came in, a second.</param>
/// <param name="Lag">Events that are not processed.</param>
/// <param name="Age">For how many seconds the oldest of them has been waiting.</param>
/// <param name="Replicas">How many replicas there are to be.</param>
/// <param name="Ready">How many of them work.</param>
internal readonly record struct ScaleMoment(int Second, double Rate, double Lag, double Age, int Replicas, int Ready);
