namespace Millrace.Schemas;

/// <summary>A schema cannot be used: its document, a keyword or a reference in it is wrong.</summary>
public sealed class SchemaException : Exception
{
    /// <summary>Says what is wrong, and where.</summary>
    /// <param name="schema">The schema's URI.</param>
    /// <param name="location">A JSON pointer to the place in the schema; empty is its root.</param>
    /// <param name="problem">A sentence that names the value and what is allowed.</param>
    /// <param name="cause">What led to it, if anything.</param>
    public SchemaException(string schema, string location, string problem, Exception? cause = null)
        : base(location.Length == 0 ? $"Schema '{schema}': {problem}" : $"Schema '{schema}' at '{location}': {problem}", cause) =>
        (Schema, Location) = (schema, location);

    /// <summary>The schema's URI.</summary>
    public string Schema { get; }

    /// <summary>A JSON pointer to the place in the schema; empty is its root.</summary>
    public string Location { get; }
}
