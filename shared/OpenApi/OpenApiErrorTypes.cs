namespace Millrace.OpenApi;

/// <summary>The kinds of errors that a declared lookup adds to the platform's and the lookup's. None of them is tried again: the same event would fail the same way.</summary>
public static class OpenApiErrorTypes
{
    /// <summary>The event lacks the field that a required parameter, or a required field of the body, is bound to; nothing was asked.</summary>
    public const string MissingParameter = "lookup_missing_parameter";

    /// <summary>The event's field is no value that the parameter may have, or would change the address but for the parameter; nothing was asked.</summary>
    public const string InvalidParameter = "lookup_invalid_parameter";

    /// <summary>The answer does not match the schema that the OpenAPI document has for it.</summary>
    public const string InvalidAnswer = "lookup_invalid_answer";
}
