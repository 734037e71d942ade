using System.Globalization;

namespace Millrace.Broker.Groups;

/// <summary>The keys under which groups keep things in the journal.</summary>
/// <remarks>A group may be called anything, so its name stands last, or behind its length.</remarks>
internal static class GroupKeys
{
    public const string Groups = "group/";
    public const string Offsets = "offset/";
    public const string Pending = "offset-pending/";

    public static string Group(string group) => Groups + group;

    public static string Offset(string group, TopicPartition partition) =>
        string.Create(CultureInfo.InvariantCulture, $"{Offsets}{group.Length}/{group}/{partition.Partition}/{partition.Topic}");

    public static string PendingOf(string group, long producerId) =>
        string.Create(CultureInfo.InvariantCulture, $"{Pending}{producerId}/{group}");

    /// <summary>Reads a key that <see cref="Group"/> made.</summary>
    public static string ToGroup(string key) => key[Groups.Length..];

    /// <summary>Reads a key that <see cref="Offset"/> made.</summary>
    public static (string Group, TopicPartition Partition) ToOffset(string key)
    {
        var rest = key.AsSpan(Offsets.Length);
        var length = Number(ref rest);
        var group = rest[..(int)length].ToString();
        rest = rest[((int)length + 1)..];
        var partition = (int)Number(ref rest);
        return (group, new TopicPartition(rest.ToString(), partition));
    }

    /// <summary>Reads a key that <see cref="PendingOf"/> made.</summary>
    public static (string Group, long ProducerId) ToPending(string key)
    {
        var rest = key.AsSpan(Pending.Length);
        var producerId = Number(ref rest);
        return (rest.ToString(), producerId);
    }

    private static long Number(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf('/');
        var number = long.Parse(rest[..end], CultureInfo.InvariantCulture);
        rest = rest[(end + 1)..];
        return number;
    }
}
