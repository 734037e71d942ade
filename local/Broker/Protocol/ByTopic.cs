namespace Millrace.Broker.Protocol;

/// <summary>Partitions of one topic, each with what a request asks or an answer says of it.</summary>
internal sealed class ByTopic<T> : IWireStruct
    where T : IWireStruct, new()
{
    public string Name = "";
    public List<T> Partitions = [];

    public void Describe(Wire wire)
    {
        wire.String(ref Name);
        wire.Array(ref Partitions);
        wire.Tags();
    }
}

/// <summary>Answers to requests that name partitions topic by topic.</summary>
internal static class ByTopic
{
    /// <summary>Says of every partition what <paramref name="each"/> says, in the order in which they were asked for.</summary>
    public static List<ByTopic<TAnswer>> Answer<TAsked, TAnswer>(this List<ByTopic<TAsked>> topics, Func<string, TAsked, TAnswer> each)
        where TAsked : IWireStruct, new()
        where TAnswer : IWireStruct, new() =>
        topics.ConvertAll(topic => new ByTopic<TAnswer> { Name = topic.Name, Partitions = topic.Partitions.ConvertAll(partition => each(topic.Name, partition)) });
}
