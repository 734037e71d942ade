namespace Millrace.Schemas;

/// <summary>A type of a column or field, in no dialect's words: a scalar, a row, a map or an array, and nothing else.</summary>
public abstract record SqlType
{
    private SqlType()
    {
    }

    /// <summary>The type in the words of JSON Schema, with an article.</summary>
    public abstract string Description { get; }

    /// <summary>A single value.</summary>
    /// <param name="Kind">Of what.</param>
    public sealed record Scalar(SqlScalar Kind) : SqlType
    {
        /// <inheritdoc/>
        public override string Description => Kind switch
        {
            SqlScalar.Boolean => "a boolean",
            SqlScalar.WholeNumber => "an integer",
            SqlScalar.Number => "a number",
            SqlScalar.Timestamp => "a date-time",
            _ => "a string",
        };
    }

    /// <summary>An object with declared properties.</summary>
    /// <param name="Fields">At least one, in the order of the schema.</param>
    public sealed record Row(IReadOnlyList<SqlField> Fields) : SqlType
    {
        /// <inheritdoc/>
        public override string Description => "an object with properties";
    }

    /// <summary>An object with any names and values of one type; its keys are strings.</summary>
    /// <param name="Value">The type of the values.</param>
    public sealed record Map(SqlType Value) : SqlType
    {
        /// <inheritdoc/>
        public override string Description => "a map";
    }

    /// <summary>An array with items of one type.</summary>
    /// <param name="Item">The type of the items.</param>
    public sealed record Array(SqlType Item) : SqlType
    {
        /// <inheritdoc/>
        public override string Description => "an array";
    }

    /// <summary>Any JSON value: what a schema gives no one type. Only <see cref="SqlTable.ReadWithJson"/> derives it.</summary>
    public sealed record Json : SqlType
    {
        /// <inheritdoc/>
        public override string Description => "any JSON value";
    }
}
