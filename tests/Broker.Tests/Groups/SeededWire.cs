using Millrace.Broker.Protocol;

namespace Millrace.Broker.Tests.Groups;

/// <summary>Fills the fields that a version has with random values.</summary>
internal sealed class SeededWire(short version, bool flexible, Random random) : Wire(version, flexible)
{
    public override bool IsReading => true;

    protected override void OnBool(ref bool value) => value = random.Next(2) == 0;

    protected override void OnInt8(ref sbyte value) => value = (sbyte)random.Next(sbyte.MinValue, sbyte.MaxValue);

    protected override void OnInt16(ref short value) => value = (short)random.Next(short.MinValue, short.MaxValue);

    protected override void OnInt32(ref int value) => value = random.Next(int.MinValue, int.MaxValue);

    protected override void OnInt64(ref long value) => value = random.NextInt64(long.MinValue, long.MaxValue);

    protected override void OnUuid(ref Guid value)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        value = new Guid(bytes);
    }

    // Never null: whether a field may be is for the field to say.
    protected override void OnString(ref string? value) =>
        value = string.Concat(Enumerable.Range(0, random.Next(0, 200)).Select(_ => random.Next(4) == 0 ? "ü" : "a"));

    protected override void OnBytes(ref ReadOnlyMemory<byte>? value)
    {
        var bytes = new byte[random.Next(0, 200)];
        random.NextBytes(bytes);
        value = bytes;
    }

    protected override void OnRecords(ref IRecords? value) => value = new RecordBytes(new byte[random.Next(0, 200)]);

    protected override void OnArray<T>(ref List<T>? value, Func<Wire, T?, T> element)
        where T : default => value = [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => element(this, default))];

    protected override void OnTags()
    {
    }
}
