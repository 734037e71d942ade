namespace Millrace.Broker.Transactions;

// The steps that a transaction takes, all of them under its lock.
internal sealed partial class Transaction
{
    private TransactionEntry Begun() => _current.State is TransactionState.Ongoing
        ? _current
        : _current with { State = TransactionState.Ongoing, Started = _time.GetUtcNow() };

    private void Extend(TransactionEntry next)
    {
        var begins = _current.State is not TransactionState.Ongoing;
        Become(next);
        if (begins)
        {
            Arm();
        }
    }

    // The raised epoch is nobody's, so that what the fenced producer still has under way finds the door closed.
    private void FenceAndAbort(ProducerIdentity last)
    {
        Become(_current with { State = TransactionState.PrepareAbort, Producer = _current.Producer.Raised, Last = last });
        Finish();
    }

    private void Finish()
    {
        if (!_current.IsEnding)
        {
            return;
        }

        var committed = _current.State is TransactionState.PrepareCommit;
        foreach (var participant in _participants.Of(_current))
        {
            participant.End(_current.Producer.Id, _current.Producer.Epoch, committed);
        }

        Become(_current with
        {
            State = committed ? TransactionState.CompleteCommit : TransactionState.CompleteAbort,
            Partitions = TransactionEntry.New.Partitions,
            Groups = TransactionEntry.New.Groups,
        });
    }

    private void Become(TransactionEntry next)
    {
        next = next with { Updated = _time.GetUtcNow() };
        _store.Store(_id, next);
        _current = next;
    }

    private void Arm()
    {
        if (_current.State is TransactionState.Ongoing)
        {
            var left = _current.Started + _current.Timeout - _time.GetUtcNow();
            _timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimeout()
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            try
            {
                Finish();
                if (_current.State is TransactionState.Ongoing && _time.GetUtcNow() - _current.Started >= _current.Timeout)
                {
                    TimedOut(_logger, _id, _current.Timeout);
                    FenceAndAbort(ProducerIdentity.None);
                }

                // The timer may be one of an earlier transaction.
                Arm();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                EndFailed(_logger, error, _id);
                _timer.Change(RetryAfterFailure, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
