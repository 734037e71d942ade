namespace Millrace.Schemas;

/// <summary>A value takes more than a validation may spend. It ends the run as a violation of its own.</summary>
internal sealed class EvaluationLimitException(string sentence) : Exception(sentence);
