using Millrace.Benchmarks;

const string Usage = """
    Measures Millrace beside what it stands on, in the same run. Build it with -c Release.

      delivery      a stage that passes events on, exactly once and at least once, beside bare loops: events/s, CPU and allocations per event
      latency       two stages at 200 events/s: p50 and p99 end to end
      backlog       a million events through worker processes: rate, memory, and what partitions and workers cost
      intake        events over HTTP into Kafka, beside a bare endpoint: events/s, CPU, latency, memory (--long: over a million events)
      broker        the embedded broker, in process and on its own: events/s, CPU, latency, memory
      ingest        20,000 events/s into PostgreSQL and a lake at once, for a minute: how far each is behind, CPU per event, memory
      lake          the lake, from bytes to a table, beside bare Parquet.Net: events/s; memory with 24 open hours x 8 partitions
      lookups       answers that are kept, beside MemoryCache and a dictionary: hits/s and bytes per hit; 50 ms lookups beside the ideal
      order         one partition, 50 ms lookups: what order costs
      passthrough   a stage without lookups beside a bare Kafka client: events/s, CPU and allocations per event
      pipeline      all that a stage does with an event, without a broker, beside a bare parse
      postgres      events into PostgreSQL, appended and upserted, beside bare Npgsql: rows/s, CPU and allocations per event
      validation    the compiled validator beside a bare parse, NJsonSchema and ajv, from the same bytes
      all           all of them (the default)

    delivery, latency and backlog run on the embedded broker, or with --kafka HOST:PORT on that one.
    """;

switch (args)
{
    case [BrokerProcess.Argument]:
        return await BrokerProcess.ServeAsync();
    case [IntakeServer.Argument, var kind, var kafka]:
        return await IntakeServer.ServeAsync(kind, kafka);
    case ["intake"]:
        await IntakeBenchmark.RunAsync(memoryEvents: 100_000);
        return 0;
    case ["intake", "--long"]:
        await IntakeBenchmark.RunAsync(memoryEvents: 1_000_000);
        return 0;
    case ["delivery", .. var where]:
        return await OnAsync(where, DeliveryBenchmark.RunAsync);
    case ["latency", .. var where]:
        return await OnAsync(where, DeliveryLatency.RunAsync);
    case ["backlog", .. var where]:
        return await OnAsync(where, BacklogBenchmark.RunAsync);
    case ["broker"]:
        await BrokerBenchmark.RunAsync();
        return 0;
    case ["ingest"]:
        await IngestBenchmark.RunAsync();
        return 0;
    case ["lake"]:
        await LakeBenchmark.RunAsync();
        return 0;
    case ["lookups"]:
        await LookupsBenchmark.RunAsync();
        return 0;
    case ["order"]:
        await OrderBenchmark.RunAsync();
        return 0;
    case ["passthrough"]:
        await PassThroughBenchmark.RunAsync();
        return 0;
    case ["pipeline"]:
        await PipelineBenchmark.RunAsync();
        return 0;
    case ["postgres"]:
        await PostgresBenchmark.RunAsync();
        return 0;
    case ["validation"]:
        await ValidationBenchmark.RunAsync();
        return 0;
    case [] or ["all"]:
        await ValidationBenchmark.RunAsync();
        await PipelineBenchmark.RunAsync();
        await OrderBenchmark.RunAsync();
        await LookupsBenchmark.RunAsync();
        await PassThroughBenchmark.RunAsync();
        await BrokerBenchmark.RunAsync();
        await DeliveryBenchmark.RunAsync(kafka: null);
        await DeliveryLatency.RunAsync(kafka: null);
        await BacklogBenchmark.RunAsync(kafka: null);
        await PostgresBenchmark.RunAsync();
        await LakeBenchmark.RunAsync();
        await IntakeBenchmark.RunAsync(memoryEvents: 100_000);
        await IngestBenchmark.RunAsync();
        return 0;
    case ["--help" or "-h"]:
        Console.WriteLine(Usage);
        return 0;
    default:
        return await UnknownAsync();
}

async Task<int> OnAsync(string[] where, Func<string?, Task> run)
{
    if (where is not ([] or ["--kafka", _]))
    {
        return await UnknownAsync();
    }

    await run(where.LastOrDefault());
    return 0;
}

async Task<int> UnknownAsync()
{
    await Console.Error.WriteLineAsync($"Unknown: {string.Join(' ', args)}\n{Usage}");
    return 2;
}
