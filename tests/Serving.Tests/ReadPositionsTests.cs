using System.Buffers;
using System.Text;
using Millrace.Core;

namespace Millrace.Serving.Tests;

public sealed class ReadPositionsTests
{
    private const string Topic = "eqiad.things";

    [Fact]
    public void What_is_written_is_read_again()
    {
        var positions = Of(2, "here");
        positions.Pass(new StreamPosition(Topic, 1, 41), 100);

        Assert.Equal([new(Topic, 0, 0, 5, "here"), new(Topic, 1, 42, 100, "here")], ResumePosition.Read(Write(positions)));
    }

    [Fact]
    public void A_cluster_without_a_name_and_times_before_1970_are_none()
    {
        var positions = Of(1, null);
        positions.Pass(new StreamPosition(Topic, 0, 0), -7);

        Assert.Equal("""[{"topic":"eqiad.things","partition":0,"offset":1,"timestamp":0}]""", Write(positions));
    }

    [Fact]
    public void An_id_is_never_longer_than_is_said()
    {
        var positions = Of(3, "here\"");
        for (var partition = 0; partition < 3; partition++)
        {
            positions.Pass(new StreamPosition(Topic, partition, long.MaxValue - 1), long.MaxValue);
        }

        Assert.InRange(Write(positions).Length, 1, positions.MaxLength);
    }

    [Fact]
    public void It_has_moved_until_it_is_written()
    {
        var positions = Of(1, "here");
        Write(positions);
        Assert.False(positions.HasMoved);

        positions.Pass(new StreamPosition(Topic, 0, 0), 1);

        Assert.True(positions.HasMoved);
    }

    [Fact]
    public void More_partitions_than_a_header_can_name_are_refused()
    {
        var refusal = Assert.Throws<StreamRefusedException>(() => Of(400, "here"));

        Assert.Equal(400, refusal.Status);
        Assert.Contains("400 partitions, too many", refusal.Message, StringComparison.Ordinal);
    }

    private static ReadPositions Of(int partitions, string? cluster) =>
        new(Enumerable.Range(0, partitions).Select(number => KeyValuePair.Create(new StreamPartition(Topic, number), (0L, (long?)null))), cluster, 5);

    private static string Write(ReadPositions positions)
    {
        var output = new ArrayBufferWriter<byte>();
        positions.WriteTo(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
