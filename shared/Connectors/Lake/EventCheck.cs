using Millrace.Schemas;

namespace Millrace.Connectors;

/// <summary>Says of events of one schema whether its table can hold them, before they are durable. Safe for concurrent use.</summary>
internal sealed class EventCheck
{
    // Clearing takes longer than it is worth for each.
    private const int RowsBetweenClearing = 32;
    private const int LargeEvent = 64 * 1024;

    // Two sessions of a partition may be open at once, though only the later one may commit.
    private readonly Lock _turn = new();
    private readonly RowGroupBuffer _scratch;
    private readonly EventStriper _striper;
    private int _rows;

    public EventCheck(IReadOnlyList<SqlField> columns)
    {
        _scratch = new RowGroupBuffer(columns);
        _striper = _scratch.StriperOf(columns);
    }

    /// <summary>Why the table cannot hold an event; null where it can.</summary>
    /// <param name="value">The event.</param>
    /// <param name="hour">The hour that it belongs to.</param>
    /// <param name="id">Stands for its <c>meta.id</c>; empty where it has none.</param>
    public string? WhyNot(ReadOnlySpan<byte> value, out LakeHour hour, out Guid id)
    {
        (hour, id) = (default, default);
        using var turn = _turn.EnterScope();
        try
        {
            _striper.Add(value);
        }
        catch (LakeValueException wrong)
        {
            _scratch.Clear();
            return wrong.Message;
        }

        if (++_rows % RowsBetweenClearing == 0 || value.Length > LargeEvent)
        {
            _scratch.Clear();
        }

        if (_striper.Time is not { } time)
        {
            return "Column '.meta.dt' is missing or null; it is needed, as tables are partitioned by it.";
        }

        (hour, id) = (LakeHour.Of(time), _striper.Id);
        return null;
    }
}
