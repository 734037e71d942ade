using Millrace.Broker.Protocol;
using Millrace.Broker.Tests.Storage;

namespace Millrace.Broker.Tests.Server;

/// <summary>Fills requests with what clients could say, and with the ends of what can be said.</summary>
internal sealed class PlausibleWire(short version, bool flexible, Random random, string[] names) : Wire(version, flexible)
{
    private static readonly long[] Numbers = [-3, -2, -1, 0, 0, 0, 1, 1, 2, 3, 100, 1_000, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue];

    public override bool IsReading => true;

    protected override void OnBool(ref bool value) => value = random.Next(2) == 0;

    protected override void OnInt8(ref sbyte value) => value = (sbyte)Number();

    protected override void OnInt16(ref short value) => value = (short)Number();

    protected override void OnInt32(ref int value) => value = (int)Number();

    protected override void OnInt64(ref long value) => value = Number();

    protected override void OnUuid(ref Guid value) => value = random.Next(2) == 0 ? Guid.Empty : Guid.NewGuid();

    protected override void OnString(ref string? value) => value = random.Next(20) switch
    {
        0 => "",
        1 => new string('x', short.MaxValue),
        2 => "../ü\0\n😀",
        _ => names[random.Next(names.Length)],
    };

    protected override void OnBytes(ref ReadOnlyMemory<byte>? value)
    {
        var bytes = new byte[random.Next(3) switch { 0 => 0, 1 => random.Next(100), _ => 10_000 }];
        random.NextBytes(bytes);
        value = bytes;
    }

    protected override void OnRecords(ref IRecords? value)
    {
        var batch = new Batch { Count = random.Next(1, 4), ProducerId = random.Next(-1, 3), Epoch = (short)random.Next(-1, 2), Sequence = random.Next(-1, 3), Transactional = random.Next(4) == 0 }.ToBytes();
        for (var changes = random.Next(3); changes > 0; changes--)
        {
            batch[random.Next(batch.Length)] ^= (byte)(1 << random.Next(8));
        }

        value = random.Next(10) == 0 ? null : new RecordBytes(batch.AsMemory(0, random.Next(5) == 0 ? random.Next(batch.Length) : batch.Length));
    }

    protected override void OnArray<T>(ref List<T>? value, Func<Wire, T?, T> element)
        where T : default
    {
        var distinct = Enumerable.Range(0, random.Next(0, 4)).Select(_ => element(this, default)).ToList();

        // The same thing several times is what no client says, and every loop meets.
        value = random.Next(5) == 0 ? [.. distinct, .. distinct] : distinct;
    }

    protected override void OnTags()
    {
    }

    private long Number() => Numbers[random.Next(Numbers.Length)];
}
