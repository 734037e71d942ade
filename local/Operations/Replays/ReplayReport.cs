using Millrace.Core;

namespace Millrace.Local;

/// <summary>Collects what a replay does, and of what is much, the first only.</summary>
internal sealed class ReplayReport
{
    private const int Kept = 1_000;

    private readonly List<PlannedReplay> _planned = [];
    private readonly List<RefusedReplay> _refused = [];
    private readonly List<DoneReplay> _done = [];
    private readonly HashSet<string> _unknown;
    private long _refusedCount;
    private long _doneCount;

    /// <param name="names">What was asked for by id or position.</param>
    public ReplayReport(IEnumerable<string> names) => _unknown = [.. names];

    /// <summary>How many events are replayed.</summary>
    public long Planned { get; private set; }

    /// <summary>An event that was asked for was found.</summary>
    public void Found(FailedEvent failed)
    {
        _unknown.Remove(failed.Position);
        if (failed.Id is { } id)
        {
            _unknown.Remove(id);
        }
    }

    /// <summary>An event is replayed.</summary>
    public void Plan(FailedRecord failed, bool isEdited)
    {
        Planned++;
        Keep(_planned, new PlannedReplay(failed.Event.Id!, failed.Event.Stage, failed.Event.Position, failed.Origin.ToString(), isEdited));
    }

    /// <summary>An event cannot be replayed.</summary>
    public void Refuse(FailedRecord failed, string stage, string reason)
    {
        _refusedCount++;
        Keep(_refused, new RefusedReplay(failed.Event.Id, stage, failed.Event.Position, reason));
    }

    /// <summary>An event was replayed before.</summary>
    public void Leave(FailedEvent failed, ErrorMark mark)
    {
        _doneCount++;
        Keep(_done, new DoneReplay(failed.Id!, failed.Stage, failed.Position, mark.State, mark.Request, mark.NewId));
    }

    /// <summary>All of it.</summary>
    /// <param name="isAll">Whether all was read that was asked for.</param>
    public ReplayPlan ToPlan(bool isAll) => new(_planned, Planned, _refused, _refusedCount, _done, _doneCount, [.. _unknown.Order(StringComparer.Ordinal)], isAll);

    private static void Keep<T>(List<T> list, T item)
    {
        if (list.Count < Kept)
        {
            list.Add(item);
        }
    }
}
