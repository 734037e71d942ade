using Millrace.Broker.Protocol;

namespace Millrace.Broker.Server;

/// <summary>One kind of request: how it is read and answered.</summary>
internal abstract class Api(ApiKey key, VersionRange versions)
{
    public ApiKey Key { get; } = key;

    public VersionRange Versions { get; } = versions;

    /// <summary>Reads a request.</summary>
    /// <param name="body">The frame after its header; the request keeps parts of it.</param>
    /// <param name="version">One of <see cref="Versions"/>.</param>
    /// <exception cref="WireException">It is no such request.</exception>
    public abstract IRequest Read(Memory<byte> body, short version);

    /// <summary>Answers what <see cref="Read"/> has read.</summary>
    public abstract ValueTask<IWireStruct> AnswerAsync(IRequest request, RequestContext context);

    /// <summary>A kind of request.</summary>
    public static Api Of<TRequest>(Func<TRequest, RequestContext, ValueTask<IWireStruct>> answer)
        where TRequest : class, IRequest, new() => new Typed<TRequest>(answer);

    /// <summary>A kind of request that is answered at once, depending on who asks.</summary>
    public static Api Of<TRequest>(Func<TRequest, RequestContext, IWireStruct> answer)
        where TRequest : class, IRequest, new() => new Typed<TRequest>((request, context) => ValueTask.FromResult(answer(request, context)));

    /// <summary>A kind of request that is answered at once.</summary>
    public static Api Of<TRequest>(Func<TRequest, IWireStruct> answer)
        where TRequest : class, IRequest, new() => new Typed<TRequest>((request, _) => ValueTask.FromResult(answer(request)));

    private sealed class Typed<TRequest>(Func<TRequest, RequestContext, ValueTask<IWireStruct>> answer) : Api(TRequest.Key, TRequest.Versions)
        where TRequest : class, IRequest, new()
    {
        public override IRequest Read(Memory<byte> body, short version)
        {
            var request = new TRequest();
            var reader = new WireReader(body, version, version >= Versions.FlexibleFrom);
            request.Describe(reader);

            // What stands after its end is ignored, as Kafka does: librdkafka asks for all topics with three bytes too many.
            return request;
        }

        public override ValueTask<IWireStruct> AnswerAsync(IRequest request, RequestContext context) => answer((TRequest)request, context);
    }
}
