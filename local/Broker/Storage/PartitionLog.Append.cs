namespace Millrace.Broker.Storage;

// Writing: batches of clients and the ends of transactions.
internal sealed partial class PartitionLog
{
    /// <summary>Appends one or more batches as they were received, all or none.</summary>
    /// <param name="batches">Written to: offsets are assigned in place.</param>
    /// <param name="mayBegin">What is against the producer, with that epoch, beginning a transaction here; null lets all. Asked under the log's lock, so that nothing slips in behind the end of a transaction.</param>
    public AppendResult Append(Memory<byte> batches, Func<long, short, KafkaError>? mayBegin = null)
    {
        var settings = _settings;
        if (ReceivedBatches.Check(batches.Span, settings, out _) is { } refusal)
        {
            return new AppendResult(refusal.Error, refusal.Message, -1, StartOffset);
        }

        AppendResult result;
        bool isNew;
        lock (_gate)
        {
            result = AppendChecked(batches.Span, settings, mayBegin, out isNew);
        }

        if (isNew)
        {
            _signal.Raise();
        }

        return result;
    }

    /// <inheritdoc/>
    /// <exception cref="StorageException">The marker could not be written: the transaction is still open here, and has to be ended again.</exception>
    public void End(long producerId, short producerEpoch, bool committed)
    {
        lock (_gate)
        {
            var state = _producers.Find(producerId);
            if (_isClosed || state?.Epoch > producerEpoch)
            {
                return;
            }

            if (state is { OpenSince: >= 0 })
            {
                WriteMarker(producerId, producerEpoch, committed);
            }
            else
            {
                _producers.End(producerId, producerEpoch, Now);
                _isChanged = true;
                return;
            }
        }

        _signal.Raise();
    }

    private AppendResult AppendChecked(Span<byte> batches, LogSettings settings, Func<long, short, KafkaError>? mayBegin, out bool isNew)
    {
        isNew = false;
        if (_isClosed)
        {
            return new AppendResult(KafkaError.UnknownTopicOrPartition, "The partition was deleted, or is being closed.", -1, -1);
        }

        // Several batches have no producer; one may have one.
        var first = BatchHeader.Read(batches);
        if (first.ProducerId >= 0 && _producers.Find(first.ProducerId) is { } state)
        {
            if (state.Repeated(first) is { } before)
            {
                return new AppendResult(KafkaError.None, null, before, _startOffset);
            }

            if (state.Refuse(first) is { } refusal)
            {
                return new AppendResult(refusal.Error, refusal.Message, -1, _startOffset);
            }
        }

        if (first.IsTransactional && _producers.Find(first.ProducerId) is not { OpenSince: >= 0 } && mayBegin?.Invoke(first.ProducerId, first.ProducerEpoch) is { } error and not KafkaError.None)
        {
            return new AppendResult(error, "The producer has no transaction with this partition.", -1, _startOffset);
        }

        var baseOffset = Active.EndOffset;
        var now = Now;
        try
        {
            RollIfFull(batches.Length, settings, now);
            Write(batches, settings);
        }
        catch (IOException e)
        {
            LogWriteFailed(_logger, _volume.Name, baseOffset, e);
            return new AppendResult(KafkaError.KafkaStorageError, $"The records could not be written: {e.Message}", -1, _startOffset);
        }

        for (var rest = batches; rest.Length > 0;)
        {
            var header = BatchHeader.Read(rest);
            Active.Append(header, header.BaseOffset, now);
            if (header.ProducerId >= 0)
            {
                _producers.Append(header, header.BaseOffset, now);
            }

            rest = rest[(int)header.TotalSize..];
        }

        isNew = true;
        return new AppendResult(KafkaError.None, null, baseOffset, _startOffset);
    }

    private void WriteMarker(long producerId, short producerEpoch, bool committed)
    {
        var now = Now;
        Span<byte> marker = stackalloc byte[TransactionMarker.Size];
        TransactionMarker.Write(marker, Active.EndOffset, now, producerId, producerEpoch, committed);
        try
        {
            RollIfFull(marker.Length, _settings, now);
            Write(marker, _settings);
        }
        catch (IOException e)
        {
            LogWriteFailed(_logger, _volume.Name, Active.EndOffset, e);
            throw new StorageException($"{_volume.Name}: the end of a transaction could not be written: {e.Message}", e);
        }

        var header = BatchHeader.Read(marker);
        var since = _producers.End(producerId, producerEpoch, now);
        Active.Append(header, header.BaseOffset, now);
        if (!committed)
        {
            Active.Append(new AbortedTransaction(producerId, since, header.BaseOffset));
        }
    }

    private void Write(Span<byte> batches, LogSettings settings)
    {
        var (file, position) = (Active.File, Active.Length);
        if (_tailIsTorn)
        {
            file.Truncate(position);
            _tailIsTorn = false;
        }

        var offset = Active.EndOffset;
        for (var rest = batches; rest.Length > 0;)
        {
            var header = BatchHeader.Read(rest);
            BatchHeader.Place(rest, offset);
            offset += header.LastOffsetDelta + 1;
            rest = rest[(int)header.TotalSize..];
        }

        _isChanged = true;
        try
        {
            file.Write(position, batches);
            if (settings.FlushEvery == TimeSpan.Zero)
            {
                file.Flush();
                _flushedUpTo = offset;
            }
        }
        catch (IOException)
        {
            _tailIsTorn = true;
            CutTail(file, position);
            throw;
        }
    }

    private void CutTail(ILogFile file, long position)
    {
        try
        {
            file.Truncate(position);
            _tailIsTorn = false;
        }
        catch (IOException)
        {
            // Tried again before the next write; until then it is as if the process had died in this one.
        }
    }

    private void RollIfFull(int more, LogSettings settings, long now)
    {
        var isFull = Active.Length + more > settings.SegmentBytes || now - Active.Created >= settings.SegmentAge.TotalMilliseconds;
        if (isFull && Active.Length > 0)
        {
            Roll(settings);
        }
    }

    private void Roll(LogSettings settings)
    {
        if (settings.FlushEvery is not null)
        {
            FlushUnlocked();
        }

        if (_tailIsTorn)
        {
            Active.File.Truncate(Active.Length);
            _tailIsTorn = false;
        }

        var now = Now;
        var sidecar = WriteSidecar(Active);
        var next = new Segment(
            Active.EndOffset,
            _volume.Open(Segment.NameOf(Active.EndOffset) + Segment.LogSuffix),
            SegmentSummary.Empty(Active.EndOffset, now),
            new GrowingIndex(),
            now);

        // The file's name is what says where the log goes on when all the others are gone. It is made by a write:
        // some file systems force what was truncated to the storage when it is closed.
        next.File.Write(0, []);
        Active.Seal(sidecar);
        _segments.Add(next);
    }
}
