using Millrace.Schemas;
using Parquet.Schema;

namespace Millrace.Connectors;

/// <summary>How a table's columns stand in a Parquet file. Everything may be null, except the keys of maps.</summary>
internal static class LakeLayout
{
    public static ParquetSchema Of(IReadOnlyList<SqlField> columns) => new(columns.Select(column => FieldOf(column.Name, column.Type)));

    private static Field FieldOf(string name, SqlType type) => type switch
    {
        SqlType.Row row => new StructField(name, [.. row.Fields.Select(field => FieldOf(field.Name, field.Type))]),
        SqlType.Map map => new MapField(name, new DataField("key", typeof(string), isNullable: false), FieldOf("value", map.Value)),
        SqlType.Array array => new ListField(name, FieldOf("element", array.Item)),
        SqlType.Json => ScalarOf(name, SqlScalar.Text),
        SqlType.Scalar scalar => ScalarOf(name, scalar.Kind),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private static DataField ScalarOf(string name, SqlScalar kind) => kind switch
    {
        SqlScalar.Boolean => new DataField(name, typeof(bool), isNullable: true),
        SqlScalar.WholeNumber => new DataField(name, typeof(long), isNullable: true),
        SqlScalar.Number => new DataField(name, typeof(double), isNullable: true),
        SqlScalar.Timestamp => new DateTimeDataField(name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Micros, isNullable: true),
        _ => new DataField(name, typeof(string), isNullable: true),
    };
}
