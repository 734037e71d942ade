using Millrace.Broker.Storage;

namespace Millrace.Broker.Tests.Storage;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"millrace-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_path))
        {
            Directory.Delete(_path, recursive: true);
        }
    }

    [Fact]
    public void It_is_made_and_can_be_opened_again()
    {
        DataDirectory.Open(_path).Dispose();
        using var again = DataDirectory.Open(_path);
        Assert.Equal(_path, again.Path);
    }

    [Fact]
    public void Two_brokers_cannot_have_it()
    {
        using var first = DataDirectory.Open(_path);
        Assert.Contains("Another broker uses", Assert.Throws<StorageException>(() => DataDirectory.Open(_path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_version_is_refused_by_name()
    {
        DataDirectory.Open(_path).Dispose();
        File.WriteAllText(Path.Combine(_path, "version"), "millrace-broker 999");
        Assert.Contains("'millrace-broker 999'", Assert.Throws<StorageException>(() => DataDirectory.Open(_path)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_path, "version"), string.Empty);
        DataDirectory.Open(_path).Dispose();
    }

    [Fact]
    public void Somebody_elses_directory_is_left_alone()
    {
        Directory.CreateDirectory(_path);
        File.WriteAllText(Path.Combine(_path, "thesis.txt"), "text");
        Assert.Throws<StorageException>(() => DataDirectory.Open(_path));
        Assert.False(File.Exists(Path.Combine(_path, "version")));
    }

    [Fact]
    public void A_file_in_its_place_is_an_error()
    {
        File.WriteAllText(_path, "text");
        try
        {
            Assert.Contains(_path, Assert.Throws<StorageException>(() => DataDirectory.Open(_path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(_path);
        }
    }

    [Fact]
    public void A_journal_and_partitions_are_kept_in_it()
    {
        using (var directory = DataDirectory.Open(_path))
        {
            using var test = new TestLog(volume: directory.Volume("topics/t-0"));
            test.AppendOk(new Batch());
            using var journal = Journal.Open(directory.Volume("state"), flushAlways: true, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
            journal.Write(new KeyValuePair<string, byte[]?>("a", [1]));
        }

        using (var directory = DataDirectory.Open(_path))
        {
            using var test = new TestLog(volume: directory.Volume("topics/t-0"));
            Assert.Equal(1, test.Log.EndOffset);
            using var journal = Journal.Open(directory.Volume("state"), flushAlways: true, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
            Assert.Single(journal.Read("a"));
        }
    }
}
