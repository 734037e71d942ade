using Millrace.Benchmarks;

const string Usage = """
    Measures Millrace beside what it stands on, in the same run. Build it with -c Release.

      delivery      a stage that passes events on, exactly once and at least once, beside bare loops; --kafka HOST:PORT: on that broker
      broker        the embedded broker, in process and on its own: events/s, CPU, latency, memory
      order         one partition, 50 ms lookups: what order costs
      passthrough   a stage without lookups beside a bare Kafka client: events/s, CPU and allocations per event
      pipeline      all that a stage does with an event, without a broker, beside a bare parse
      validation    the compiled validator beside a bare parse, NJsonSchema and ajv, from the same bytes
      all           all of them (the default)
    """;

switch (args)
{
    case [BrokerProcess.Argument]:
        return await BrokerProcess.ServeAsync();
    case ["delivery"]:
        await DeliveryBenchmark.RunAsync(kafka: null);
        return 0;
    case ["delivery", "--kafka", var kafka]:
        await DeliveryBenchmark.RunAsync(kafka);
        return 0;
    case ["broker"]:
        await BrokerBenchmark.RunAsync();
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
    case ["validation"]:
        await ValidationBenchmark.RunAsync();
        return 0;
    case [] or ["all"]:
        await ValidationBenchmark.RunAsync();
        await PipelineBenchmark.RunAsync();
        await OrderBenchmark.RunAsync();
        await PassThroughBenchmark.RunAsync();
        await BrokerBenchmark.RunAsync();
        await DeliveryBenchmark.RunAsync(kafka: null);
        return 0;
    case ["--help" or "-h"]:
        Console.WriteLine(Usage);
        return 0;
    default:
        await Console.Error.WriteLineAsync($"Unknown: {string.Join(' ', args)}\n{Usage}");
        return 2;
}
