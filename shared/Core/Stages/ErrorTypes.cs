namespace Millrace.Core;

/// <summary>The kinds of errors that the platform itself finds. Stages and lookups add their own.</summary>
public static class ErrorTypes
{
    /// <summary>The record has no value (a tombstone).</summary>
    public const string NullValue = "null_value";

    /// <summary>The value is larger than the stage accepts.</summary>
    public const string EventTooLarge = "event_too_large";

    /// <summary>The value is not UTF-8.</summary>
    public const string InvalidUtf8 = "invalid_utf8";

    /// <summary>The value is not JSON.</summary>
    public const string MalformedJson = "malformed_json";

    /// <summary>The value is JSON, but no object.</summary>
    public const string NotAnObject = "not_an_object";

    /// <summary>The event has no <c>$schema</c>.</summary>
    public const string MissingSchema = "missing_schema";

    /// <summary>The event's <c>$schema</c> is not of the form <c>/title/version</c>, and so is not looked up.</summary>
    public const string SchemaNotRelative = "schema_not_relative";

    /// <summary>No repository has the event's <c>$schema</c>.</summary>
    public const string UnknownSchema = "unknown_schema";

    /// <summary>A schema repository cannot be asked at the moment, so that nothing is known about the event's <c>$schema</c>.</summary>
    public const string SchemaUnavailable = "schema_unavailable";

    /// <summary>A repository has the event's <c>$schema</c>, but that is no schema that can be used.</summary>
    public const string InvalidSchema = "invalid_schema";

    /// <summary>The event does not match its schema.</summary>
    public const string InvalidEvent = "invalid_event";

    /// <summary>The event's <c>meta.stream</c> is not the stream of the topic that it came in.</summary>
    public const string WrongStream = "wrong_stream";

    /// <summary>The title of the event's schema is not the one that its stream is for.</summary>
    public const string WrongSchemaTitle = "wrong_schema_title";

    /// <summary>The stage made an event that does not match its schema, or lacks a key field of its stream.</summary>
    public const string InvalidOutput = "invalid_output";

    /// <summary>The stage made an event that is larger than the stage may emit.</summary>
    public const string OutputTooLarge = "output_too_large";

    /// <summary>A connector's store does not take the event: a value that it cannot hold, or a schema that does not fit its table.</summary>
    public const string RefusedByStore = "refused_by_store";

    /// <summary>An attempt took longer than <see cref="StageOptions.AttemptTimeout"/>.</summary>
    public const string Timeout = "timeout";

    /// <summary>The stage threw an exception that it did not foresee.</summary>
    public const string Unexpected = "unexpected";
}
