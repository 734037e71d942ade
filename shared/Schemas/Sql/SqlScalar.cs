namespace Millrace.Schemas;

/// <summary>The scalars that JSON Schema can tell apart.</summary>
public enum SqlScalar
{
    /// <summary><c>boolean</c>.</summary>
    Boolean,

    /// <summary><c>integer</c>, of 64 bits.</summary>
    WholeNumber,

    /// <summary><c>number</c>, of double precision.</summary>
    Number,

    /// <summary><c>string</c>.</summary>
    Text,

    /// <summary><c>string</c> with <c>format: date-time</c>: an instant.</summary>
    Timestamp,
}
