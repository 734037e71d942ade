using System.Buffers;
using System.Text;
using Millrace.Broker.Protocol;

namespace Millrace.Broker.Tests.Protocol;

/// <summary>A structure with every kind of field.</summary>
internal sealed class Everything : IWireStruct
{
    public bool Bool;
    public sbyte Int8;
    public short Int16;
    public int Int32;
    public long Int64;
    public Guid Uuid;
    public KafkaError Error;
    public string String = "";
    public string? NullableString;
    public ReadOnlyMemory<byte> Bytes;
    public IRecords? Records;
    public List<Part> Array = [];
    public List<Part>? NullableArray;
    public List<int> Int32s = [];
    public List<string> Strings = [];
    public List<string>? NullableStrings;

    public static Everything Random(Random random) => new()
    {
        Bool = random.Next(2) == 0,
        Int8 = (sbyte)random.Next(sbyte.MinValue, sbyte.MaxValue + 1),
        Int16 = (short)random.Next(short.MinValue, short.MaxValue + 1),
        Int32 = random.Next(int.MinValue, int.MaxValue),
        Int64 = random.NextInt64(long.MinValue, long.MaxValue),
        Uuid = new Guid(RandomBytes(random, 16)),
        Error = (KafkaError)random.Next(-1, 100),
        String = Text(random),
        NullableString = random.Next(2) == 0 ? null : Text(random),
        Bytes = RandomBytes(random, random.Next(300)),
        Records = random.Next(2) == 0 ? null : new RecordBytes(RandomBytes(random, random.Next(300))),
        Array = List(random, Part.Random),
        NullableArray = random.Next(2) == 0 ? null : List(random, Part.Random),
        Int32s = List(random, one => one.Next()),
        Strings = List(random, Text),
        NullableStrings = random.Next(2) == 0 ? null : List(random, Text),
    };

    public void Describe(Wire wire)
    {
        wire.Bool(ref Bool);
        wire.Int8(ref Int8);
        wire.Int16(ref Int16);
        wire.Int32(ref Int32);
        wire.Int64(ref Int64);
        wire.Uuid(ref Uuid);
        wire.Error(ref Error);
        wire.String(ref String);
        wire.NullableString(ref NullableString);
        wire.Bytes(ref Bytes);
        wire.Records(ref Records);
        wire.Array(ref Array);
        wire.NullableArray(ref NullableArray);
        wire.Int32s(ref Int32s);
        wire.Strings(ref Strings);
        wire.NullableStrings(ref NullableStrings);
        wire.Tags();
    }

    /// <summary>All fields in words that are equal when they are.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Bool).Append(' ').Append(Int8).Append(' ').Append(Int16).Append(' ').Append(Int32).Append(' ').Append(Int64);
        text.Append(' ').Append(Uuid).Append(' ').Append(Error).Append(" '").Append(String).Append("' '").Append(NullableString ?? "null");
        text.Append("' ").Append(Convert.ToHexString(Bytes.Span)).Append(' ').Append(Records is null ? "null" : Convert.ToHexString(((RecordBytes)Records).Memory.Span));
        text.Append(' ').AppendJoin(';', Array).Append(' ').AppendJoin(';', NullableArray?.Select(part => part.ToString()) ?? ["null"]);
        text.Append(' ').AppendJoin(',', Int32s).Append(' ').AppendJoin('|', Strings).Append(' ').AppendJoin('|', NullableStrings ?? ["null"]);
        return text.ToString();
    }

    private static List<T> List<T>(Random random, Func<Random, T> element) => [.. Enumerable.Range(0, random.Next(5)).Select(_ => element(random))];

    private static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Text(Random random) => string.Concat(Enumerable.Range(0, random.Next(200)).Select(_ => "aé€😀".EnumerateRunes().ElementAt(random.Next(4)).ToString()));

    internal sealed class Part : IWireStruct
    {
        public int Number;
        public List<string> Names = [];

        public static Part Random(Random random) => new() { Number = random.Next(), Names = List(random, Text) };

        public void Describe(Wire wire)
        {
            wire.Int32(ref Number);
            wire.Strings(ref Names);
            wire.Tags();
        }

        public override string ToString() => $"{Number}:{string.Join('|', Names)}";
    }
}

/// <summary>Bytes of structures, and structures of bytes.</summary>
internal static class Frames
{
    public static byte[] Write(this IWireStruct value, short version, bool flexible)
    {
        var buffer = new ArrayBufferWriter<byte>();
        value.Describe(new WireWriter(buffer, version, flexible));
        return buffer.WrittenSpan.ToArray();
    }

    public static T Read<T>(byte[] frame, short version, bool flexible)
        where T : IWireStruct, new()
    {
        var value = new T();
        var reader = new WireReader(frame, version, flexible);
        value.Describe(reader);
        Assert.Equal(0, reader.Remaining);
        return value;
    }
}
