using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Millrace.Connectors;
using Millrace.Core;
using Millrace.Hosting;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Local.Tests;

/// <summary>A connector whose checkpoints are PostgreSQL's is rewound there.</summary>
public sealed class RewindPostgresTests : IDisposable
{
    private readonly ObservedCluster _cluster = new();
    private readonly string _catalog = Directory.CreateTempSubdirectory("millrace-rewind-").FullName;

    public RewindPostgresTests()
    {
        File.WriteAllText(Path.Combine(_catalog, "streams.json"), $$"""{ "streams": { "{{Input}}": { "schema_title": "in" } } }""");
        File.WriteAllText(Path.Combine(_catalog, "stages.json"), $$"""{ "stages": { "ToPostgres": { "connector": "postgres", "inputs": ["{{Input}}"] } } }""");
    }

    public void Dispose()
    {
        _cluster.Dispose();
        Directory.Delete(_catalog, recursive: true);
    }

    [PostgresFact]
    public async Task Its_checkpoint_is_set_in_the_database_and_that_of_its_trigger_in_Kafka()
    {
        await using var server = await PostgresServer.StartAsync();
        var (stage, partition) = (CatalogFiles.Load(_catalog).Get("ToPostgres"), new StreamPartition(Input, 1));
        var setting = $"Stages:ToPostgres:Settings:ConnectionString={server.ConnectionString}";
        await using var checkpoints = StoreKind.Of(stage).Checkpoints(
            stage, new ConfigurationBuilder().AddInMemoryCollection([new("Stages:ToPostgres:Settings:ConnectionString", server.ConnectionString)]).Build())!;
        for (var second = 0; second < 3; second++)
        {
            await _cluster.ProduceAsync(Input, 1, "{}", second);
        }

        await checkpoints.SetAsync(partition, 3, CancellationToken.None);
        _cluster.Commit("ToPostgres", Input, 1, 3);

        var run = await _cluster.RunAsync(RewindCommand.Create(), "--stage", "ToPostgres", "--to", "1", "--partition", "1", "--yes", "--setting", $"Millrace:Catalog={_catalog}", "--setting", setting);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("Rows with a meta.id that is in the table do not enter it again", run.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await checkpoints.ReadAsync([partition], CancellationToken.None))[partition]);
        using var offsets = new ClusterOffsets("Kafka", _cluster.Kafka);
        Assert.Equal(1, offsets.Committed("ToPostgres", [new TopicPartition(Input, 1)]).Values.Single());
        Assert.Empty(offsets.Committed("ToPostgres.checkpoint", [new TopicPartition(Input, 1)]));
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_told_without_its_password_and_nothing_is_changed()
    {
        await _cluster.ProduceAsync(Input, 1, "{}");
        _cluster.Commit("ToPostgres", Input, 1, 1);

        var run = await _cluster.RunAsync(
            RewindCommand.Create(), "--stage", "ToPostgres", "--to", "earliest", "--yes", "--setting", $"Millrace:Catalog={_catalog}",
            "--setting", "Stages:ToPostgres:Settings:ConnectionString=Host=127.0.0.1;Port=1;Username=me;Password=s3cret");

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("millrace: PostgreSQL, stage ToPostgres: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", run.Error + run.Output, StringComparison.Ordinal);
        using var offsets = new ClusterOffsets("Kafka", _cluster.Kafka);
        Assert.Equal(1, offsets.Committed("ToPostgres", [new TopicPartition(Input, 1)]).Values.Single());
    }

    private sealed class PostgresFactAttribute : FactAttribute
    {
        public PostgresFactAttribute() => Skip = PostgresPackage.Missing;
    }
}
