using System.Text.Json;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace Millrace.Connectors;

/// <summary>A column of texts, all of them in one array of characters.</summary>
internal sealed class TextColumn(DataField field) : ColumnBuffer(field)
{
    private readonly Growing<char> _characters = new();
    private readonly Growing<int> _ends = new();
    private ReadOnlyMemory<char>[] _texts = [];

    public override long Bytes => (Definitions.Count * 2L * sizeof(int)) + (_ends.Count * 20L) + (_characters.Count * 2L);

    /// <summary>Adds the string, or the property's name, that a reader stands at.</summary>
    /// <exception cref="InvalidOperationException">It is no Unicode text.</exception>
    public ReadOnlySpan<char> Add(ref Utf8JsonReader reader, int repetition, int definition)
    {
        var start = _characters.Count;
        _characters.Advance(reader.CopyString(_characters.Reserve(reader.ValueSpan.Length)));
        _ends.Add(_characters.Count);
        AddMissing(repetition, definition);
        return _characters.Span[start..];
    }

    /// <summary>The text that is to be read next.</summary>
    public ReadOnlySpan<char> Text => _characters.Span[(Value == 0 ? 0 : _ends.Span[Value - 1]).._ends.Span[Value]];

    /// <summary>Adds a text.</summary>
    public void Add(ReadOnlySpan<char> text, int repetition, int definition)
    {
        _characters.AddRange(text);
        _ends.Add(_characters.Count);
        AddMissing(repetition, definition);
    }

    public override void WriteTo(Utf8JsonWriter json) => json.WriteStringValue(Text);

    public override async Task WriteAsync(ParquetRowGroupWriter rows, CancellationToken cancellation)
    {
        if (_texts.Length < _ends.Count)
        {
            _texts = new ReadOnlyMemory<char>[_ends.Count];
        }

        var start = 0;
        for (var i = 0; i < _ends.Count; i++)
        {
            var end = _ends.Span[i];
            _texts[i] = _characters.Memory[start..end];
            start = end;
        }

        await rows.WriteAllPartsAsync<ReadOnlyMemory<char>>(Field, _texts.AsMemory(0, _ends.Count), Definitions.Memory, RepetitionsToWrite, cancellation).ConfigureAwait(false);
    }

    protected override void ClearValues()
    {
        _characters.Clear();
        _ends.Clear();
    }

    protected override void AppendValues(RawColumnData column, int count)
    {
        foreach (var text in ((RawColumnData<ReadOnlyMemory<char>>)column).Values[..count])
        {
            _characters.AddRange(text.Span);
            _ends.Add(_characters.Count);
        }
    }
}
