using Millrace.Broker.Protocol;
using Millrace.Broker.Transactions;
using Xunit.Abstractions;

namespace Millrace.Broker.Tests.Protocol;

public sealed class WireTests(ITestOutputHelper output)
{
    private const int Seed = 20_260_102;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_written_is_read(bool flexible)
    {
        var random = Seeded();
        for (var i = 0; i < 200; i++)
        {
            var written = Everything.Random(random);

            var read = Frames.Read<Everything>(written.Write(0, flexible), 0, flexible);

            Assert.Equal(written.ToString(), read.ToString());
        }
    }

    [Fact]
    public void What_is_stored_is_read()
    {
        var written = Everything.Random(Seeded());

        Assert.Equal(written.ToString(), WireBytes.To<Everything>(WireBytes.Of(written)).ToString());
    }

    [Fact]
    public void An_inflexible_request_has_the_bytes_of_the_protocol()
    {
        // Metadata v1: an array of names (INT32 count, INT16 length).
        var request = new Names { Topics = ["ab", "é"] };

        Assert.Equal("00000002" + "0002" + "6162" + "0002" + "C3A9", Convert.ToHexString(request.Write(1, flexible: false)));
        Assert.Equal("FFFFFFFF", Convert.ToHexString(new Names { Topics = null }.Write(1, flexible: false)));
        Assert.Equal("00000000", Convert.ToHexString(new Names { Topics = [] }.Write(1, flexible: false)));
    }

    [Fact]
    public void A_flexible_request_has_the_bytes_of_the_protocol()
    {
        // ApiVersions v3: two compact strings (length plus one as a varint), then no tagged fields.
        var request = new Software { Name = "kcat", Version = new string('1', 127) };

        Assert.Equal("05" + "6B636174" + "8001" + string.Concat(Enumerable.Repeat("31", 127)) + "00", Convert.ToHexString(request.Write(3, flexible: true)));
    }

    [Fact]
    public void Fields_that_a_version_does_not_have_are_neither_written_nor_read()
    {
        var request = new Software { Name = "kcat", Version = "1" };

        Assert.Empty(request.Write(2, flexible: false));
        Assert.Equal("", Frames.Read<Software>([], 2, flexible: false).Name);
    }

    [Fact]
    public void Nested_arrays_have_the_bytes_of_the_protocol_in_both_encodings()
    {
        var request = new AddPartitionsToTxnRequest { TransactionalId = "x", ProducerId = 258, ProducerEpoch = 3, Topics = [new() { Name = "t", Partitions = [0, 7] }] };

        Assert.Equal(
            "000178" + "0000000000000102" + "0003" + "00000001" + "000174" + "00000002" + "00000000" + "00000007",
            Convert.ToHexString(request.Write(2, flexible: false)));
        Assert.Equal(
            "0278" + "0000000000000102" + "0003" + "02" + "0274" + "03" + "00000000" + "00000007" + "00" + "00",
            Convert.ToHexString(request.Write(3, flexible: true)));
    }

    [Fact]
    public void A_null_string_has_the_bytes_of_the_protocol_in_both_encodings()
    {
        var request = new InitProducerIdRequest { TransactionTimeoutMs = 256 };

        Assert.Equal("FFFF" + "00000100", Convert.ToHexString(request.Write(0, flexible: false)));
        Assert.Equal("00" + "00000100" + "00", Convert.ToHexString(request.Write(2, flexible: true)));
        Assert.Equal("00" + "00000100" + "FFFFFFFFFFFFFFFF" + "FFFF" + "00", Convert.ToHexString(request.Write(4, flexible: true)));
    }

    [Fact]
    public void Tagged_fields_are_skipped()
    {
        var frame = Convert.FromHexString("02" + "61" + "02" + "62" + "02" + "00" + "01" + "FF" + "8001" + "00");

        var read = Frames.Read<Software>(frame, 3, flexible: true);

        Assert.Equal(("a", "b"), (read.Name, read.Version));
    }

    [Theory]
    [InlineData("00" + "02" + "62" + "00", "null")]
    [InlineData("02" + "FF" + "02" + "62" + "00", "UTF-8")]
    [InlineData("FFFFFFFF0F" + "61", "2147483646|4294967294")]
    [InlineData("FFFFFFFFFF01" + "61", "five bytes")]
    [InlineData("09" + "61", "8 bytes")]
    [InlineData("02" + "61" + "02" + "62" + "01" + "00" + "FFFFFFFF0F", "4294967295")]
    public void A_damaged_frame_says_what_is_wrong(string frame, string expected)
    {
        var error = Assert.Throws<WireException>(() => Frames.Read<Software>(Convert.FromHexString(frame), 3, flexible: true));

        Assert.Contains(expected.Split('|'), part => error.Message.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public void An_array_that_is_longer_than_its_frame_is_refused_before_there_is_room_for_it()
    {
        var frame = Convert.FromHexString("7FFFFFFF" + "0001" + "61");
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<WireException>(() => Frames.Read<Names>(frame, 1, flexible: false));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Contains("2147483647", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_frame_that_is_cut_off_anywhere_is_refused(bool flexible)
    {
        var frame = Everything.Random(Seeded()).Write(0, flexible);

        for (var length = 0; length < frame.Length; length++)
        {
            Assert.Throws<WireException>(() => Frames.Read<Everything>(frame[..length], 0, flexible));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_frame_that_was_changed_is_read_or_refused_for_little_memory(bool flexible)
    {
        var random = Seeded();
        var refused = 0;
        for (var i = 0; i < 2_000; i++)
        {
            var frame = Everything.Random(random).Write(0, flexible);
            for (var changes = random.Next(1, 5); changes > 0; changes--)
            {
                frame[random.Next(frame.Length)] = (byte)(random.Next(3) == 0 ? 0xFF : random.Next(256));
            }

            refused += ReadsOrRefuses(frame, flexible) ? 0 : 1;
        }

        Assert.InRange(refused, 1, 1_999);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_frame_of_the_smallest_elements_is_read_for_little_memory(bool flexible)
    {
        var array = new AllParts { Parts = [.. Enumerable.Repeat(0, 10_000).Select(_ => new Everything.Part())] }.Write(0, flexible);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(10_000, Frames.Read<AllParts>(array, 0, flexible).Parts.Count);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Allowed(array));
    }

    // An element of a byte or a few may become an object, a list and a place in a list; an exception has its trace.
    private static long Allowed(byte[] frame) => (32L * frame.Length) + 32_768;

    private static bool ReadsOrRefuses(byte[] frame, bool flexible)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var whole = true;
        try
        {
            new Everything().Describe(new WireReader(frame, 0, flexible));
        }
        catch (WireException)
        {
            whole = false;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Allowed(frame));
        return whole;
    }

    private Random Seeded()
    {
        output.WriteLine($"Seed {Seed}");
        return new Random(Seed);
    }

    private sealed class Names : IWireStruct
    {
        public List<string>? Topics = [];

        public void Describe(Wire wire)
        {
            wire.NullableStrings(ref Topics);
            wire.Tags();
        }
    }

    private sealed class Software : IWireStruct
    {
        public string Name = "";
        public string Version = "";

        public void Describe(Wire wire)
        {
            wire.String(ref Name, since: 3);
            wire.String(ref Version, since: 3);
            wire.Tags();
        }
    }

    private sealed class AllParts : IWireStruct
    {
        public List<Everything.Part> Parts = [];

        public void Describe(Wire wire)
        {
            wire.Array(ref Parts);
            wire.Tags();
        }
    }
}
