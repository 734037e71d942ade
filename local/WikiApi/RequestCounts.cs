using System.Collections.Concurrent;

namespace Millrace.Local;

/// <summary>Counts requests: in all by their answers, and those of one revision, to number them.</summary>
internal sealed class RequestCounts
{
    private const int MostRevisions = 1_000_000;
    private readonly long[] _answers = new long[Enum.GetValues<WikiAnswer>().Length];
    private readonly ConcurrentDictionary<(string Domain, long Revision), int> _attempts = [];
    private int _revisions;

    public long Of(WikiAnswer answer) => Interlocked.Read(ref _answers[(int)answer]);

    public void Add(WikiAnswer answer) => Interlocked.Increment(ref _answers[(int)answer]);

    /// <summary>Which request of the revision this is, from 1.</summary>
    /// <remarks>After a million revisions the numbers start anew, so that a server that runs for days stays small.</remarks>
    public int NextAttempt(string domain, long revision)
    {
        var attempt = _attempts.AddOrUpdate((domain, revision), 1, static (_, count) => count + 1);
        if (attempt == 1 && Interlocked.Increment(ref _revisions) > MostRevisions)
        {
            _attempts.Clear();
            Volatile.Write(ref _revisions, 0);
        }

        return attempt;
    }
}
