using System.Text.Json;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace Millrace.Connectors;

/// <summary>The values of one column of a row group, with the levels that say which of them are null and where lists begin.</summary>
internal abstract class ColumnBuffer(DataField field)
{
    private int _level;

    public DataField Field { get; } = field;

    /// <summary>Whether there is a level that was not read yet.</summary>
    public bool HasMore => _level < Definitions.Count;

    /// <summary>The definition level that is to be read next.</summary>
    public int Definition => Definitions.Span[_level];

    /// <summary>Whether what is to be read next is a value.</summary>
    public bool HasValue => Definition == Field.MaxDefinitionLevel;

    /// <summary>The repetition level that is to be read next; -1 behind the last.</summary>
    public int Repetition => HasMore ? Repetitions.Span[_level] : -1;

    /// <summary>What the column holds in memory, in bytes.</summary>
    public abstract long Bytes { get; }

    protected Growing<int> Definitions { get; } = new();

    protected Growing<int> Repetitions { get; } = new();

    /// <summary>The value that is to be read next.</summary>
    protected int Value { get; private set; }

    protected ReadOnlyMemory<int>? RepetitionsToWrite => Field.MaxRepetitionLevel > 0 ? Repetitions.Memory : default(ReadOnlyMemory<int>?);

    public static ColumnBuffer For(DataField field) =>
        field.ClrType == typeof(ReadOnlyMemory<char>) || field.ClrType == typeof(string) ? new TextColumn(field)
        : field.ClrType == typeof(long) ? new ColumnBuffer<long>(field)
        : field.ClrType == typeof(int) ? new NarrowColumn(field)
        : field.ClrType == typeof(double) ? new ColumnBuffer<double>(field)
        : field.ClrType == typeof(bool) ? new ColumnBuffer<bool>(field)
        : field.ClrType == typeof(DateTime) ? new ColumnBuffer<DateTime>(field)
        : throw new NotSupportedException($"Column '{field.Path}' is of {field.ClrType}, which no table of the lake has.");

    /// <summary>Adds levels without a value: something around it, or itself, is null or empty.</summary>
    public void AddMissing(int repetition, int definition)
    {
        Repetitions.Add(repetition);
        Definitions.Add(definition);
    }

    /// <summary>Writes the value that is to be read next.</summary>
    public abstract void WriteTo(Utf8JsonWriter json);

    /// <summary>Goes on to the next level, and behind the value where the level has one.</summary>
    public void Skip()
    {
        Value += HasValue ? 1 : 0;
        _level++;
    }

    public void Clear()
    {
        (_level, Value) = (0, 0);
        Definitions.Clear();
        Repetitions.Clear();
        ClearValues();
    }

    /// <summary>Appends the whole of a column that was read.</summary>
    public void Append(RawColumnData column, DataField source)
    {
        var definitions = column.DefinitionLevels;
        AddDefinitions(definitions, source.MaxDefinitionLevel);
        if (source.MaxRepetitionLevel > 0)
        {
            Repetitions.AddRange(column.RepetitionLevels);
        }
        else
        {
            Repetitions.Reserve(definitions.Length).Clear();
            Repetitions.Advance(definitions.Length);
        }

        // The reader has room for as many values as levels, and fills what is not null.
        AppendValues(column, definitions.Count(source.MaxDefinitionLevel));
    }

    /// <summary>Appends nothing but levels: those of a column beside this one, up to the structure that both are in.</summary>
    /// <param name="beside">That column.</param>
    /// <param name="source">Its field.</param>
    /// <param name="definition">The structure's definition level.</param>
    /// <param name="repetition">The structure's repetition level.</param>
    public void AppendAbsent(RawColumnData beside, DataField source, int definition, int repetition)
    {
        var definitions = beside.DefinitionLevels;
        for (var i = 0; i < definitions.Length; i++)
        {
            var repeated = source.MaxRepetitionLevel > 0 ? beside.RepetitionLevels[i] : 0;
            if (repeated <= repetition)
            {
                AddMissing(repeated, Math.Min(definitions[i], definition));
            }
        }
    }

    public abstract Task WriteAsync(ParquetRowGroupWriter rows, CancellationToken cancellation);

    // Where only the value itself may not be null there, a value is a level deeper here.
    private void AddDefinitions(ReadOnlySpan<int> definitions, int most)
    {
        if (Field.MaxDefinitionLevel - most is not (0 or 1))
        {
            throw new InvalidDataException($"Column '{Field.Path}' of the file is nested {most} levels deep; known is {Field.MaxDefinitionLevel}.");
        }

        var room = Definitions.Reserve(definitions.Length);
        definitions.CopyTo(room);
        if (most < Field.MaxDefinitionLevel)
        {
            room.Replace(most, Field.MaxDefinitionLevel);
        }

        Definitions.Advance(definitions.Length);
    }

    protected abstract void ClearValues();

    protected abstract void AppendValues(RawColumnData column, int count);
}

/// <summary>A column of scalars.</summary>
internal class ColumnBuffer<T>(DataField field) : ColumnBuffer(field)
    where T : struct
{
    private readonly Growing<T> _values = new();

    /// <summary>The value that is to be read next.</summary>
    public T Next => _values.Span[Value];

    protected ReadOnlySpan<T> Values => _values.Span;

    public override long Bytes => (Definitions.Count * 2L * sizeof(int)) + (_values.Count * 8L);

    public void Add(T value, int repetition, int definition)
    {
        _values.Add(value);
        AddMissing(repetition, definition);
    }

    public override void WriteTo(Utf8JsonWriter json)
    {
        switch (Next)
        {
            case bool one: json.WriteBooleanValue(one); break;
            case long one: json.WriteNumberValue(one); break;
            case double one: json.WriteNumberValue(one); break;
            case DateTime one: json.WriteStringValue(DateTime.SpecifyKind(one, DateTimeKind.Utc)); break;
        }
    }

    public override Task WriteAsync(ParquetRowGroupWriter rows, CancellationToken cancellation) =>
        rows.WriteAllPartsAsync(Field, _values.Memory, Definitions.Memory, RepetitionsToWrite, cancellation);

    protected void AddValue(T value) => _values.Add(value);

    protected override void ClearValues() => _values.Clear();

    protected override void AppendValues(RawColumnData column, int count) => _values.AddRange(((RawColumnData<T>)column).Values[..count]);
}
