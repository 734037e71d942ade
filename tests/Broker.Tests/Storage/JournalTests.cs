using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Broker.Storage;

namespace Millrace.Broker.Tests.Storage;

public sealed class JournalTests
{
    private readonly MemoryVolume _volume = new();

    [Fact]
    public void What_was_written_is_there_again()
    {
        var journal = Open();
        journal.Write(Entry("topic/b", 1), Entry("topic/a", 2), Entry("txn/a", 3));
        journal.Write(Entry("topic/a", 4), new("txn/a", null));
        Assert.Equal(["topic/a=4", "topic/b=1"], Texts(Open(), ""));
        Assert.Equal(["topic/a=4", "topic/b=1"], Texts(Open(), "topic/"));
        Assert.Empty(Texts(Open(), "txn/"));
    }

    [Fact]
    public void A_write_that_is_torn_at_any_byte_did_not_happen_at_all()
    {
        var journal = Open();
        journal.Write(Entry("a", 1), Entry("b", 1));
        var whole = _volume.ReadAll("journal").Length;
        journal.Write(Entry("a", 2), Entry("b", 2), Entry("c", 2));
        var bytes = _volume.ReadAll("journal");
        for (var length = 0; length < bytes.Length; length++)
        {
            var torn = new MemoryVolume();
            torn.Put("journal", bytes[..length]);
            var opened = Journal.Open(torn, false, NullLogger.Instance);
            Assert.Equal(length < whole ? [] : ["a=1", "b=1"], Texts(opened, ""));
            opened.Write(Entry("d", 3));
            Assert.Contains("d=3", Texts(Journal.Open(torn, false, NullLogger.Instance), ""));
        }
    }

    [Fact]
    public void Damage_before_the_last_write_is_an_error()
    {
        var journal = Open();
        journal.Write(Entry("a", 1));
        var first = _volume.ReadAll("journal").Length;
        journal.Write(Entry("b", 1));
        _volume.Flip("journal", first - 1);
        var error = Assert.Throws<StorageException>(Open);
        Assert.Contains("journal is damaged at byte 8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_file_is_no_journal()
    {
        _volume.Put("journal", "something else"u8.ToArray());
        Assert.Contains("no journal", Assert.Throws<StorageException>(Open).Message, StringComparison.Ordinal);
        Assert.Equal("something else"u8, _volume.ReadAll("journal"));
    }

    [Fact]
    public void A_journal_does_not_grow_with_its_history()
    {
        var journal = Open();
        journal.Write(Entry("kept", 9));
        var value = new byte[10_000];
        for (var i = 0; i < 500; i++)
        {
            journal.Write(new KeyValuePair<string, byte[]?>("offset", value));
        }

        Assert.InRange(_volume.ReadAll("journal").Length, 10_000, 1_100_000);
        Assert.Equal(2, Open().Read("").Count);
    }

    [Fact]
    public void A_write_for_which_there_is_no_room_did_not_happen()
    {
        var volume = new FaultyVolume(_volume);
        var journal = Journal.Open(volume, true, NullLogger.Instance);
        journal.Write(Entry("a", 1));
        for (var room = 0; room < 15; room++)
        {
            volume.Room = room;
            Assert.Throws<StorageException>(() => journal.Write(Entry("a", 2), Entry("b", 2)));
            Assert.Equal(["a=1"], Texts(journal, ""));
            Assert.Equal(["a=1"], Texts(Open(), ""));
        }

        (volume.Room, volume.TruncateFails) = (5, true);
        Assert.Throws<StorageException>(() => journal.Write(Entry("a", 2)));
        (volume.Room, volume.TruncateFails) = (long.MaxValue, false);
        journal.Write(Entry("b", 3));
        Assert.Equal(["a=1", "b=3"], Texts(Open(), ""));
    }

    [Fact]
    public void Random_writes_leave_what_a_dictionary_has()
    {
        const int seed = 4711;
        var random = new Random(seed);
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var journal = Open();
        for (var i = 0; i < 2000; i++)
        {
            var changes = new KeyValuePair<string, byte[]?>[random.Next(1, 4)];
            for (var j = 0; j < changes.Length; j++)
            {
                var (key, value) = ($"key-{random.Next(50)}", random.Next(256));
                changes[j] = random.Next(4) == 0 ? new(key, null) : Entry(key, (byte)value);
                if (changes[j].Value is null)
                {
                    expected.Remove(key);
                }
                else
                {
                    expected[key] = $"{key}={value}";
                }
            }

            journal.Write(changes);
            if (random.Next(50) == 0)
            {
                journal = Open();
                Assert.True(expected.Values.SequenceEqual(Texts(journal, "")), $"seed {seed}, step {i}");
            }
        }
    }

    private static KeyValuePair<string, byte[]?> Entry(string key, byte value) => new(key, [value]);

    private static List<string> Texts(Journal journal, string prefix) => [.. journal.Read(prefix).Select(entry => $"{entry.Key}={entry.Value[0]}")];

    private Journal Open() => Journal.Open(_volume, false, NullLogger.Instance);
}
