using Millrace.Core;
using Npgsql;

namespace Millrace.Connectors;

/// <summary>The checkpoints that PostgreSQL has of a stage, in <c>millrace_checkpoint</c>.</summary>
internal sealed class PostgresStageCheckpoints(string stage, PostgresSettings settings) : ICheckpoints
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { ApplicationName = "millrace", SearchPath = settings.Schema });

    public Task<IReadOnlyDictionary<StreamPartition, long>> ReadAsync(IReadOnlyCollection<StreamPartition> partitions, CancellationToken cancellation) => AskAsync<IReadOnlyDictionary<StreamPartition, long>>(
        async connection =>
        {
            var found = new Dictionary<StreamPartition, long>();
            var isThere = await PostgresSql.QueryAsync(
                connection, $"SELECT to_regclass('{settings.Schema}.{PostgresCheckpoints.Table}') IS NOT NULL", [], row => row.GetBoolean(0), cancellation).ConfigureAwait(false);
            foreach (var partition in isThere.Single() ? partitions : [])
            {
                if (await PostgresCheckpoints.FindAsync(connection, settings.Schema, stage, partition, cancellation).ConfigureAwait(false) is { Epoch: > 0 } known)
                {
                    found.Add(partition, known.Next);
                }
            }

            return found;
        }, cancellation);

    // The epoch is raised with the checkpoint, in one statement: no owner is left who could move it on from where it was.
    public Task SetAsync(StreamPartition partition, long offset, CancellationToken cancellation) => AskAsync(
        async connection =>
        {
            var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await PostgresCheckpoints.SetUpAsync(connection, settings.Schema, cancellation).ConfigureAwait(false);
                await PostgresCheckpoints.SetAsync(connection, settings.Schema, stage, partition, offset, cancellation).ConfigureAwait(false);
                await transaction.CommitAsync(cancellation).ConfigureAwait(false);
                return true;
            }
        }, cancellation);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<T> AskAsync<T>(Func<NpgsqlConnection, Task<T>> question, CancellationToken cancellation)
    {
        try
        {
            var connection = await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                return await question(connection).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (PostgresFailure.IsOfStore(failure))
        {
            throw PostgresFailure.ToRetry($"stage {stage}", failure);
        }
    }
}
