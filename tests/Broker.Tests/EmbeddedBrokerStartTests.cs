using Millrace.Broker.Requests;
using Millrace.Broker.Storage;
using Millrace.Broker.Tests.Server;

namespace Millrace.Broker.Tests;

/// <summary>How a broker begins and ends, and what it leaves behind.</summary>
public sealed class EmbeddedBrokerStartTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    public static TheoryData<string, EmbeddedBrokerOptions> OutOfRange => new()
    {
        { nameof(EmbeddedBrokerOptions.Port), new() { Port = -1 } },
        { nameof(EmbeddedBrokerOptions.Port), new() { Port = 65_536 } },
        { nameof(EmbeddedBrokerOptions.DefaultPartitions), new() { DefaultPartitions = 1_001 } },
        { nameof(EmbeddedBrokerOptions.DefaultPartitions), new() { DefaultPartitions = -1 } },
        { nameof(EmbeddedBrokerOptions.FlushEvery), new() { FlushEvery = TimeSpan.FromSeconds(-1) } },
        { nameof(EmbeddedBrokerOptions.FlushEvery), new() { FlushEvery = TimeSpan.FromHours(2) } },
        { nameof(EmbeddedBrokerOptions.MaintenanceInterval), new() { MaintenanceInterval = TimeSpan.Zero } },
        { nameof(EmbeddedBrokerOptions.MaxRequestBytes), new() { MaxRequestBytes = 1_000 } },
        { nameof(EmbeddedBrokerOptions.MaxConnections), new() { MaxConnections = 0 } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange), DisableDiscoveryEnumeration = true)]
    public void An_option_out_of_its_range_is_refused_by_name(string name, EmbeddedBrokerOptions options) =>
        Assert.Contains(name, Assert.Throws<ArgumentException>(() => EmbeddedBroker.Start(options)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task It_ends_while_clients_are_connected_and_wait()
    {
        var broker = EmbeddedBroker.Start();
        broker.CreateTopic("t");
        using var waiting = await RawClient.ConnectAsync(broker);
        using var idle = await RawClient.ConnectAsync(broker);
        using var half = await RawClient.ConnectAsync(broker);
        await waiting.SendAsync(RawClient.Frame(new FetchRequest { MaxWaitMs = int.MaxValue, MinBytes = 1, Topics = [new() { Name = "t", Partitions = [new() { Index = 0, MaxBytes = 1 }] }] }));
        await half.SendAsync(new byte[] { 0, 0, 1 });

        await broker.DisposeAsync().AsTask().WaitAsync(Clients.Patience);

        Assert.Equal((0, 0), (await idle.EndAsync(), await half.EndAsync()));
        Assert.Throws<ObjectDisposedException>(broker.Up);
    }

    [Fact]
    public void A_start_that_fails_leaves_the_port_and_the_directory_to_others()
    {
        int port;
        using (var first = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DataDirectory = _directory.Path }))
        {
            port = RawClient.PortOf(first);
            first.CreateTopic("t");
        }

        var journal = Directory.GetFiles(Path.Combine(_directory.Path, "journal")).Single();
        var intact = File.ReadAllBytes(journal);
        File.WriteAllText(journal, "this is no journal");
        var options = new EmbeddedBrokerOptions { DataDirectory = _directory.Path, Port = port };
        Assert.Throws<StorageException>(() => EmbeddedBroker.Start(options));

        File.WriteAllBytes(journal, intact);
        using var next = EmbeddedBroker.Start(options);
        Assert.Equal(1, next.Topics["t"]);
    }

    [Fact]
    public void A_port_that_is_taken_leaves_the_directory_as_it_is()
    {
        using var other = EmbeddedBroker.Start();

        Assert.Throws<IOException>(() => EmbeddedBroker.Start(new EmbeddedBrokerOptions { DataDirectory = _directory.Path, Port = RawClient.PortOf(other) }));

        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void A_file_where_the_directory_should_be_or_above_it_is_refused_by_name()
    {
        var file = Path.Combine(_directory.Path, "file");
        File.WriteAllText(file, "text");
        foreach (var path in (string[])[file, Path.Combine(file, "below")])
        {
            var error = Assert.Throws<StorageException>(() => EmbeddedBroker.Start(new EmbeddedBrokerOptions { DataDirectory = path }));
            Assert.Contains($"The data directory {path} cannot be written", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal("text", File.ReadAllText(file));
    }

    [Fact]
    public void What_another_version_has_written_is_refused_and_left_as_it_is()
    {
        var version = Path.Combine(_directory.Path, "version");
        File.WriteAllText(version, "millrace-broker 2");

        var error = Assert.Throws<StorageException>(() => EmbeddedBroker.Start(new EmbeddedBrokerOptions { DataDirectory = _directory.Path }));
        Assert.Throws<StorageException>(() => EmbeddedBroker.DeleteData(_directory.Path));

        Assert.Contains("was written as 'millrace-broker 2'; this broker reads 'millrace-broker 1'", error.Message, StringComparison.Ordinal);
        Assert.Equal([version], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void Deleting_the_data_leaves_a_directory_to_begin_with()
    {
        using (var first = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DataDirectory = _directory.Path }))
        {
            first.CreateTopic("t");
            Assert.Throws<StorageException>(() => EmbeddedBroker.DeleteData(_directory.Path));
            Assert.Equal(1, first.Topics["t"]);
        }

        EmbeddedBroker.DeleteData(_directory.Path);

        using var next = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DataDirectory = _directory.Path });
        Assert.Empty(next.Topics);
    }

    [Fact]
    public void Deleting_data_that_is_not_there_makes_nothing()
    {
        var nowhere = Path.Combine(_directory.Path, "nowhere");

        EmbeddedBroker.DeleteData(nowhere);

        Assert.False(Directory.Exists(nowhere));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_directory_with_something_else_in_it_is_left_as_it_is(bool isBroker)
    {
        if (isBroker)
        {
            using var broker = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DataDirectory = _directory.Path });
            broker.CreateTopic("t");
        }

        File.WriteAllText(Path.Combine(_directory.Path, "notes.txt"), "mine");
        var before = Directory.GetFileSystemEntries(_directory.Path, "*", SearchOption.AllDirectories).Order().ToList();

        Assert.Contains("notes.txt", Assert.Throws<StorageException>(() => EmbeddedBroker.DeleteData(_directory.Path)).Message, StringComparison.Ordinal);

        Assert.Equal(before, Directory.GetFileSystemEntries(_directory.Path, "*", SearchOption.AllDirectories).Order());
    }
}
