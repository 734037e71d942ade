using System.Text.Unicode;
using Millrace.Schemas;

namespace Millrace.Connectors;

/// <summary>Says of events of one schema whether its table can hold them, before they are durable. Safe for concurrent use.</summary>
internal sealed class EventCheck(IReadOnlyList<SqlField> columns)
{
    // Two sessions of a partition may be open at once, though only the later one may commit.
    private readonly Lock _turn = new();
    private readonly EventStriper _striper = new(LakeNode.Of(columns, columns), null);

    /// <summary>Why the table cannot hold an event; null where it can.</summary>
    /// <param name="value">The event.</param>
    /// <param name="at">Its <c>meta.dt</c>.</param>
    /// <param name="id">Stands for its <c>meta.id</c>; empty where it has none.</param>
    public string? WhyNot(ReadOnlySpan<byte> value, out DateTime at, out Guid id)
    {
        (at, id) = (default, default);
        if (!Utf8.IsValid(value))
        {
            return "The event is no UTF-8.";
        }

        using var turn = _turn.EnterScope();
        try
        {
            _striper.Add(value);
        }
        catch (LakeValueException wrong)
        {
            return wrong.Message;
        }

        if (_striper.Time is not { } time)
        {
            return "Column '.meta.dt' is missing or null; it is needed, as tables are partitioned by it.";
        }

        (at, id) = (time, _striper.Id);
        return null;
    }
}
