using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Kafka;
using Millrace.Schemas;

namespace Millrace.Intake;

/// <summary>Takes events from bodies: all of a body is looked at before any of its events is sent. Safe for concurrent use.</summary>
internal sealed class EventIntake : IDisposable
{
    // What is not acknowledged by then is told by the client library before the answer is due.
    private static readonly TimeSpan AnswerMargin = TimeSpan.FromMilliseconds(1_500);

    private const int RecordOverhead = 64 * 1024;

    private readonly IntakeOptions _options;
    private readonly StreamRoutes _routes;
    private readonly Admission _admission;
    private readonly RecordProducer _producer;
    private readonly TimeProvider _time;
    private readonly FailureLog _failures;
    private readonly string? _errorTopic;

    public EventIntake(IntakeOptions options, MillraceOptions millrace, KafkaOptions kafka, StreamCatalog catalog, SchemaRepository repository, TimeProvider time, ILoggerFactory loggers)
    {
        (_options, _time, _failures) = (options, time, new FailureLog(loggers.CreateLogger<EventIntake>(), time));
        _routes = new StreamRoutes(options, catalog, millrace.Datacenter);
        _errorTopic = _routes.ErrorStream?.TopicToWrite(millrace.Datacenter);
        _admission = new Admission(new EventSchemas(repository), _routes, options);
        _producer = new RecordProducer(kafka, options.MaxEventBytes + RecordOverhead, TimeSpan.FromTicks(Math.Max((options.AcknowledgeWithin - AnswerMargin).Ticks, options.AcknowledgeWithin.Ticks / 2)), loggers.CreateLogger<RecordProducer>(), time);
        Budget = new MemoryBudget(options.QueueBytes);
    }

    /// <summary>The memory of bodies and events on their way.</summary>
    public MemoryBudget Budget { get; }

    /// <summary>The streams that are taken.</summary>
    public StreamRoutes Routes => _routes;

    /// <summary>Why events would not be taken now; null where they would, as far as is known.</summary>
    /// <remarks>What failed longer ago than a client waits is forgotten: whoever is not asked cannot show that it works again.</remarks>
    public string? Blocked => Budget.IsSpent ? "Too many events wait to be stored." : _producer.FailureWithin(_options.AcknowledgeWithin);

    /// <summary>Takes the events of a body, and waits for the brokers' acknowledgements for as long as a client waits.</summary>
    /// <param name="body">The body.</param>
    /// <param name="headers">The request's headers; null where there is no request.</param>
    /// <param name="hasty">Do not wait.</param>
    /// <param name="cancellation">The client is gone; what is on its way stays so.</param>
    /// <exception cref="RequestRefusal">None of it is taken.</exception>
    public ValueTask<IntakeResult> TakeAsync(ReadOnlyMemory<byte> body, IHeaderDictionary? headers, bool hasty, CancellationToken cancellation) =>
        IntakeTrace.IsListenedTo ? TakeTracedAsync(body, headers, hasty, cancellation) : TakeAsync(body, headers, IntakeTrace.HeadersOf(null, headers), hasty, cancellation);

    private async ValueTask<IntakeResult> TakeTracedAsync(ReadOnlyMemory<byte> body, IHeaderDictionary? headers, bool hasty, CancellationToken cancellation)
    {
        using var span = IntakeTrace.Start(headers);
        try
        {
            var result = await TakeAsync(body, headers, IntakeTrace.HeadersOf(span, headers), hasty, cancellation).ConfigureAwait(false);
            IntakeTrace.Tell(span, result.Fates);
            return result;
        }
        catch (RequestRefusal refusal)
        {
            IntakeTrace.Fail(span, refusal);
            throw;
        }
    }

    private async ValueTask<IntakeResult> TakeAsync(ReadOnlyMemory<byte> body, IHeaderDictionary? headers, IReadOnlyList<RecordHeader> trace, bool hasty, CancellationToken cancellation)
    {
        using var scan = BodyScan.Read(body, _routes.Map, _options.MaxEvents);
        var values = new RequestValues(_routes.Headers, headers, _time.GetUtcNow());
        var submission = new Submission(scan.Count, Budget);
        try
        {
            Admit(scan, values, trace, submission);
        }
        catch
        {
            submission.Cancel();
            throw;
        }

        submission.Send(_producer);
        if (_errorTopic is not null)
        {
            SendErrors(scan, submission.Fates(), _errorTopic, values, trace);
        }

        if (hasty)
        {
            _ = WatchAsync(submission);
        }
        else if (!submission.Settled.IsCompleted)
        {
            await WaitAsync(submission, cancellation).ConfigureAwait(false);
        }

        var fates = submission.Fates();
        if (!hasty)
        {
            _failures.Note(fates);
        }

        return new IntakeResult(fates, Array.TrueForAll(fates, fate => fate.IsStored) ? [] : [.. Enumerable.Range(0, fates.Length).Select(scan.RangeOf)]);
    }

    /// <summary>Looks at one event, and sends nothing.</summary>
    /// <param name="utf8Json">The event.</param>
    /// <param name="stream">The stream that it has to name.</param>
    /// <param name="record">Its record; null where it is refused.</param>
    public IntakeVerdict Check(ReadOnlyMemory<byte> utf8Json, string stream, out OutputRecord? record)
    {
        record = null;
        try
        {
            using var scan = BodyScan.Read(utf8Json, _routes.Map, maxEvents: 1);
            var values = new RequestValues(_routes.Headers, null, _time.GetUtcNow());
            if (!_admission.TryAdmit(scan, 0, values, [], out var admitted, out var refusal))
            {
                return new IntakeVerdict(refusal.Error.Message) { Faults = refusal.Faults, IsValid = refusal.IsNotItsFault };
            }

            var fields = EventFields.Find(admitted.Value);
            if (TextOf(fields[(int)EventField.Stream], admitted.Value) != stream)
            {
                return new IntakeVerdict($"'.meta.stream' names another stream than '{stream}'.");
            }

            record = admitted;
            return new IntakeVerdict(Refusal: null) { IsValid = true, Topic = admitted.Topic, Id = TextOf(fields[(int)EventField.Id], admitted.Value) };
        }
        catch (RequestRefusal broken)
        {
            return new IntakeVerdict(broken.Message);
        }
    }

    /// <summary>Takes one event, and waits for the brokers' acknowledgement for as long as a client waits.</summary>
    public async ValueTask<IntakeVerdict> TakeAsync(ReadOnlyMemory<byte> utf8Json, string stream, CancellationToken cancellation)
    {
        var verdict = Check(utf8Json, stream, out var record);
        if (record is null)
        {
            return verdict;
        }

        var submission = new Submission(1, Budget);
        try
        {
            submission.Add(0, record);
        }
        catch (RequestRefusal full)
        {
            return verdict with { Refusal = full.Message };
        }

        submission.Send(_producer);
        await WaitAsync(submission, cancellation).ConfigureAwait(false);
        var fates = submission.Fates();
        _failures.Note(fates);
        return fates[0].IsStored ? verdict : verdict with { Refusal = fates[0].Message };
    }

    /// <summary>Closes the producer, after a moment for what is on its way.</summary>
    public void Dispose() => _producer.Dispose();

    private void Admit(BodyScan scan, RequestValues values, IReadOnlyList<RecordHeader> headers, Submission submission)
    {
        for (var index = 0; index < scan.Count; index++)
        {
            if (_admission.TryAdmit(scan, index, values, headers, out var record, out var refusal))
            {
                submission.Add(index, record);
            }
            else
            {
                submission.Add(index, refusal);
            }
        }
    }

    private static string? TextOf(FieldRange range, byte[] utf8Json) => range.Length == 0 ? null : JsonElement.Parse(range.In(utf8Json)).Text();

    private async Task WaitAsync(Submission submission, CancellationToken cancellation)
    {
        try
        {
            await submission.Settled.WaitAsync(_options.AcknowledgeWithin, _time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // What is not known by now is told so.
        }
    }

    // For what nobody waits for.
    private async Task WatchAsync(Submission submission)
    {
        await submission.Settled.ConfigureAwait(false);
        _failures.Note(submission.Fates());
    }

    // Only what does not match its schema is told to others: the rest is between the client and the intake.
    private void SendErrors(BodyScan scan, EventFate[] fates, string topic, RequestValues values, IReadOnlyList<RecordHeader> trace)
    {
        for (var index = 0; index < fates.Length; index++)
        {
            if (fates[index].Refusal is { Faults.Count: > 0 } refusal)
            {
                SendError(InvalidEvent.Create(_routes.ErrorStream!, topic, scan.RangeOf(index).In(scan.Body), refusal.Error, values.Now, _options.MaxEventBytes) with { Headers = trace });
            }
        }
    }

    private void SendError(OutputRecord error)
    {
        var submission = new Submission(1, Budget);
        try
        {
            submission.Add(0, error);
        }
        catch (RequestRefusal full)
        {
            _failures.Note(1, full.Message);
            return;
        }

        submission.Send(_producer);
        _ = WatchAsync(submission);
    }
}
