namespace Millrace.Local;

/// <summary>The template engine could not make a stage; the message has what it said.</summary>
internal sealed class StageTemplateException(string text) : Exception(text);
