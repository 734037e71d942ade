using System.Globalization;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Core;
using Millrace.FunctionsHost;
using Npgsql;

namespace Millrace.Local.Tests;

/// <summary><c>millrace backfill</c> of a connector, into the table that its live self writes at the same time.</summary>
public sealed class ConnectorBackfillTests : BackfillFixture, IAsyncLifetime
{
    private const string Stage = "ToPostgres";
    private const int Old = 200;
    private const int New = 40;

    private readonly string _catalog = Directory.CreateTempSubdirectory("millrace-backfill-").FullName;
    private PostgresServer? _server;
    private NpgsqlDataSource? _database;

    public async Task InitializeAsync()
    {
        if (PostgresPackage.Missing is null)
        {
            ConnectedCatalog.Write(AppContext.BaseDirectory, _catalog, ["postgres"], predict: false);
            _server = await PostgresServer.StartAsync();
            _database = NpgsqlDataSource.Create(_server.ConnectionString);
        }
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _database!.DisposeAsync();
            await _server.DisposeAsync();
        }

        Directory.Delete(_catalog, recursive: true);
    }

    [PostgresFact]
    public async Task Old_events_come_into_the_table_once_beside_the_live_connector_however_often_they_are_brought()
    {
        Write(Old);
        BeginLiveAt(Old);
        using var live = await StartLiveAsync();
        Write(New);

        var first = Backfill("--from", "earliest", "--to", Old.ToString(CultureInfo.InvariantCulture), "--name", "first");
        var same = Backfill("--from", "earliest", "--to", Old.ToString(CultureInfo.InvariantCulture), "--name", "first");
        await RowsAsync((Old + New) * Partitions);
        var overlapping = Backfill("--from", "earliest", "--to", (Old + New).ToString(CultureInfo.InvariantCulture), "--name", "overlapping");
        await live.StopAsync();

        Assert.Equal((Old * Partitions, 0, (Old + New) * Partitions), (In(first), In(same), In(overlapping)));
        Assert.Equal(New * Partitions, live.Services.GetServices<StageRunner>().Single(runner => runner.Stage.Name == Stage).Tally.Emitted);
        Assert.Equal(Enumerable.Range(0, Partitions).SelectMany(partition => Enumerable.Range(0, Old + New).Select(offset => (partition, (long)offset))), await PositionsAsync());
    }

    private static long In(JsonElement summary) => summary.Child("in").Number()!.Value;

    // As if it had begun when the old events were there already, and was told to leave them out.
    private void BeginLiveAt(long offset)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(Kafka.CreateConsumerConfig(Stage)).SetLogHandler((_, _) => { }).Build();
        consumer.Commit(Enumerable.Range(0, Partitions).Select(partition => new TopicPartitionOffset(Topic, partition, offset)));
    }

    private async Task<IHost> StartLiveAsync()
    {
        var live = Functions.Program.Build([.. Settings().Append($"AzureFunctionsJobHost:functions:0={Stage}").Append($"AzureFunctionsJobHost:functions:1={Stage}_replay").Select(setting => $"--{setting}"), $"--KAFKA_BOOTSTRAP_SERVERS={Kafka.BootstrapServers}"], DevSession.LogToStandardError);
        await live.StartAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await live.Services.GetRequiredService<FunctionsHostStatus>().WhenAssignedAsync(patience.Token);
        return live;
    }

    private IEnumerable<string> Settings() => [$"Millrace:Catalog={_catalog}", $"Stages:{Stage}:Settings:ConnectionString={_server!.ConnectionString}"];

    private JsonElement Backfill(params string[] range)
    {
        var run = RunAs(["backfill", "--stage", Stage, "--topic", Topic, "--kafka", Kafka.BootstrapServers!, "--json", .. Settings().SelectMany(setting => new[] { "--setting", setting }), .. range]);
        Assert.True(run.ExitCode == 0, run.Error);
        return JsonElement.Parse(run.Output);
    }

    private async Task RowsAsync(int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await PositionsAsync()).Count < count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, patience.Token);
        }
    }

    private async Task<List<(int Partition, long Offset)>> PositionsAsync()
    {
        var positions = new List<(int, long)>();
        await using var command = _database!.CreateCommand("SELECT _partition, _offset FROM mediawiki_revision_create ORDER BY 1, 2");
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            positions.Add((rows.GetInt32(0), rows.GetInt64(1)));
        }

        return positions;
    }

    private sealed class PostgresFactAttribute : FactAttribute
    {
        public PostgresFactAttribute() => Skip = PostgresPackage.Missing;
    }
}
