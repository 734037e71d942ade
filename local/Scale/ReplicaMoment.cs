namespace Millrace.Local;

/// <summary>How the replicas of a stage stood at one moment of a run.</summary>
/// <param name="Seconds">Since the scaler began.</param>
/// <param name="Lag">Events behind when that was last measured.</param>
/// <param name="Replicas">How many replicas there were to be.</param>
/// <param name="Running">How many were there.</param>
/// <param name="Draining">How many were on their way out.</param>
/// <param name="Died">How many had died so far.</param>
/// <param name="Killed">How many had been killed so far, since they did not drain.</param>
internal sealed record ReplicaMoment(double Seconds, long Lag, int Replicas, int Running, int Draining, int Died, int Killed);
