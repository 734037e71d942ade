using Microsoft.Extensions.Logging;
using Millrace.Broker.Faults;
using Millrace.Broker.Protocol;

namespace Millrace.Broker.Server;

/// <summary>Takes a request from its bytes to the bytes of its answer.</summary>
internal sealed partial class Dispatcher(ApiTable apis, FaultPlan faults, TimeProvider time, ILogger logger)
{
    /// <summary>Answers one request.</summary>
    /// <param name="frame">The request, which lives until this returns.</param>
    /// <param name="peer">Who sent it.</param>
    /// <param name="target">Where the answer goes.</param>
    /// <param name="aborted">Cancelled when nobody waits for the answer any more.</param>
    /// <exception cref="WireException">It is no request.</exception>
    public async ValueTask<Dispatched> AnswerAsync(Memory<byte> frame, string peer, FrameBuffer target, CancellationToken aborted)
    {
        var header = RequestHeader.Read(frame, apis.IsFlexible, out var body);
        if (apis.Find(header.Key, header.Version) is not { } api)
        {
            if (header.Key != ApiKey.ApiVersions)
            {
                throw new WireException($"Request {(short)header.Key} is not answered in version {header.Version}.");
            }

            Write(target, header with { Version = 0 }, apis.Unsupported(), flexible: false);
            return Dispatched.Answered;
        }

        var request = api.Read(body, header.Version);
        var context = new RequestContext(header.ClientId, peer, header.Version, aborted);
        var fault = faults.Next(header.Key, header.ClientId);
        if (fault?.Delay > TimeSpan.Zero)
        {
            await Task.Delay(fault.Delay, time, aborted);
        }

        if (fault is Fault.Drop { Point: DropPoint.BeforeApplying })
        {
            return Dispatched.Close;
        }

        var answer = fault is Fault.Fail { Error: var error } ? request.Refuse(error) : await ApplyAsync(api, request, context);
        using var held = answer as IDisposable;
        if (fault is Fault.Drop)
        {
            return Dispatched.Close;
        }

        if (!request.WantsAnswer)
        {
            return Dispatched.Unanswered;
        }

        var flexible = header.Version >= api.Versions.FlexibleFrom;
        try
        {
            Write(target, header, answer, flexible);
        }
        catch (Exception exception)
        {
            // An answer of more than two gigabytes, or a text that is too long for its field.
            LogFailed(logger, exception, header.Key, header.ClientId);
            target.Clear();
            Write(target, header, request.Refuse(KafkaError.UnknownServerError), flexible);
        }

        return Dispatched.Answered;
    }

    private async ValueTask<IWireStruct> ApplyAsync(Api api, IRequest request, RequestContext context)
    {
        try
        {
            return await api.AnswerAsync(request, context);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed(logger, exception, api.Key, context.ClientId);
            return request.Refuse(KafkaError.UnknownServerError);
        }
    }

    private static void Write(FrameBuffer target, RequestHeader header, IWireStruct answer, bool flexible)
    {
        var writer = new WireWriter(target, header.Version, flexible);
        var correlationId = header.CorrelationId;
        writer.Int32(ref correlationId);

        // Who asks for versions does not know yet which headers the broker can write: those have no tagged fields.
        if (header.Key != ApiKey.ApiVersions)
        {
            writer.Tags();
        }

        answer.Describe(writer);
    }
}
