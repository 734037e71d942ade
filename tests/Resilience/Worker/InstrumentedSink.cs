using Millrace.Core;

namespace Millrace.Resilience.Worker;

/// <summary>Passes points around what another sink does.</summary>
internal sealed class InstrumentedSink(ISink sink, InstrumentedPoints points) : ISink
{
    public async ValueTask<IPartitionSession> OpenAsync(StageDefinition stage, StreamPartition partition, CancellationToken cancellation) =>
        new Session(await sink.OpenAsync(stage, partition, cancellation), points);

    public void Require(StageDefinition stage) => sink.Require(stage);

    private sealed class Session(IPartitionSession session, InstrumentedPoints points) : IPartitionSession
    {
        public long Checkpoint => session.Checkpoint;

        public long HeldBytes => session.HeldBytes;

        public async ValueTask AppendAsync(ProcessedRecord processed, CancellationToken cancellation)
        {
            await session.AppendAsync(processed, cancellation);
            points.Pass(Point.Produced);
        }

        public async ValueTask<IReadOnlyList<RefusedRecord>> SettleAsync(CancellationToken cancellation)
        {
            points.Pass(Point.Settling);
            var refused = await session.SettleAsync(cancellation);
            points.Pass(Point.Settled);
            return refused;
        }

        public ValueTask DisposeAsync() => session.DisposeAsync();
    }
}
