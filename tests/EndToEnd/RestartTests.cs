using System.Globalization;
using System.Text;
using System.Text.Json;
using Millrace.Broker;
using Millrace.Core;
using Millrace.Kafka;
using Millrace.Local;
using Xunit.Abstractions;

namespace Millrace.EndToEnd;

/// <summary><c>millrace dev</c> goes on where it stopped, or was killed.</summary>
public sealed class RestartTests(ITestOutputHelper output) : IDisposable
{
    private const int EventsPerRun = 300;
    private const int Kills = 4;
    private const string Input = "mediawiki.revision-create";
    private const string Enriched = "mediawiki.page_content_change.v1";

    private static readonly string[] Errors = ["PageChange.error", "PageContentChange.error"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly MillraceCommand _millrace = new();
    private readonly SampleEvents _sample = new(seed: 11);

    private string Data => Path.Combine(_millrace.Directory, "kept");

    public void Dispose() => _millrace.Dispose();

    [Fact]
    public async Task Every_event_that_was_acknowledged_comes_out_in_its_page_s_order_however_often_everything_is_killed()
    {
        var seed = Environment.GetEnvironmentVariable("MILLRACE_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"MILLRACE_SEED={seed}");
        var random = new Random(seed);
        for (var run = 0; run < Kills; run++)
        {
            var file = WriteSample(EventsPerRun);

            // Somewhere from the first record to the last enriched one: what comes out is larger than what goes in.
            var until = Stored() + random.NextInt64(1, 2 * new FileInfo(file).Length);
            using var millrace = _millrace.Start("dev", "--port", "0", "--data", Data, "--input", file, "--api-latency", "20");
            await WhenStoredAsync(until, millrace);
            output.WriteLine($"killed at {Stored():N0} bytes: {await millrace.KillAsync()}");
        }

        var last = await _millrace.RunAsync("dev", "--data", Data, "--input", WriteSample(EventsPerRun), "--api-latency", "20", "--until-drained", "--json");
        Assert.True(last.ExitCode == 0, last.Error + last.Output);

        await using var broker = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DataDirectory = Data });
        var fed = await ReadAsync(broker, Input);
        var enriched = await ReadAsync(broker, Enriched);
        Assert.InRange(fed.Count, EventsPerRun, (Kills + 1) * EventsPerRun);
        foreach (var stream in Errors)
        {
            Assert.Empty(await ReadAsync(broker, stream));
        }

        var expected = ByPage(fed, change => change.Child("page_id").Number()!.Value, change => change.Child("rev_id").Number()!.Value);
        var actual = ByPage(enriched, change => change.Child("page").Child("page_id").Number()!.Value, change => change.Child("revision").Child("rev_id").Number()!.Value);
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        Assert.All(expected, page => Assert.Equal(page.Value, actual[page.Key]));
        output.WriteLine($"{fed.Count} events, {enriched.Count - fed.Count} repetitions after {Kills} kills");
    }

    [Fact]
    public async Task A_directory_that_another_run_uses_is_refused_with_what_to_do()
    {
        await using var other = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DataDirectory = Data });

        await IsRefused($"Another broker uses the data directory {Data}. Stop it, or choose another directory.", "--data", Data);
        await IsRefused($"Another broker uses the data directory {Data}. Stop it, or choose another directory.", "--data", Data, "--fresh");
    }

    [Fact]
    public async Task Another_number_of_partitions_is_refused_and_a_fresh_start_takes_it_with_nothing_left()
    {
        var input = WriteSample(20);
        var first = await _millrace.RunAsync("dev", "--data", Data, "--input", input, "--until-drained", "--json", "--partitions", "2");
        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Equal(20, first.Account("PageContentChange").In);

        await IsRefused("--partitions is 3, and ", "--data", Data, "--partitions", "3");

        var again = await _millrace.RunAsync("dev", "--data", Data, "--input", input, "--until-drained", "--json", "--partitions", "2");
        Assert.Equal((0, 20L), (again.ExitCode, again.Account("PageContentChange").In));
        var fresh = await _millrace.RunAsync("dev", "--data", Data, "--input", input, "--until-drained", "--json", "--partitions", "3", "--fresh");
        Assert.Equal((0, 20L), (fresh.ExitCode, fresh.Account("PageContentChange").In));

        await using var broker = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DataDirectory = Data });
        Assert.Equal(3, broker.Topics[Input]);
        Assert.Equal(20, (await ReadAsync(broker, Input)).Count);
    }

    [Fact]
    public async Task A_fresh_start_deletes_nothing_that_is_not_the_broker_s()
    {
        EmbeddedBroker.Start(new EmbeddedBrokerOptions { DataDirectory = Data }).Dispose();
        var notes = Path.Combine(Data, "notes.txt");
        await File.WriteAllTextAsync(notes, "mine");

        await IsRefused("notes.txt", "--data", Data, "--fresh");

        Assert.Equal("mine", await File.ReadAllTextAsync(notes));
    }

    [Theory]
    [InlineData("--data")]
    [InlineData("--fresh")]
    public Task What_is_for_the_embedded_broker_is_refused_with_a_real_one(string option) =>
        IsRefused("--kafka is 'localhost:9', a broker that has its data already: --data and --fresh are for the embedded one.", ["--kafka", "localhost:9", .. option == "--data" ? (string[])[option, Data] : [option]]);

    [Fact]
    public Task A_directory_without_a_name_is_refused() => IsRefused("--data is empty", "--data", "");

    private static Dictionary<long, List<long>> ByPage(List<JsonElement> events, Func<JsonElement, long> page, Func<JsonElement, long> revision) =>
        events.GroupBy(page).ToDictionary(group => group.Key, group => group.Select(revision).Distinct().ToList());

    private static async Task<List<JsonElement>> ReadAsync(EmbeddedBroker broker, string topic) =>
        [.. (await Records.ReadAsync(new KafkaOptions { BootstrapServers = broker.BootstrapServers }, topic)).Select(record => JsonElement.Parse(record.Value))];

    // All through one topic: between two there is no order to keep.
    private string WriteSample(int count) => _millrace.Write($"{Guid.NewGuid():N}.ndjson", Enumerable.Range(0, count).Select(_ =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(_sample.Next(DateTimeOffset.UnixEpoch.AddYears(50)).Value).Replace("mediawiki.page-create", Input, StringComparison.Ordinal))));

    private long Stored() => Directory.Exists(Data) ? new DirectoryInfo(Data).EnumerateFiles("*.log", SearchOption.AllDirectories).Sum(file => file.Length) : 0;

    private async Task WhenStoredAsync(long bytes, MillraceProcess millrace)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        while (!millrace.HasExited && Stored() < bytes)
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    private async Task IsRefused(string message, params string[] arguments)
    {
        var run = await _millrace.RunAsync(["dev", .. arguments]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }
}
