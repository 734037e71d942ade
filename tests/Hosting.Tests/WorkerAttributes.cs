namespace Millrace.Hosting.Tests;

#pragma warning disable CA1019, CA1813 // They only have to have the names and arguments of the real ones.

[AttributeUsage(AttributeTargets.Method)]
internal sealed class FunctionAttribute(string name) : Attribute
{
    public override string ToString() => name;
}

[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class KafkaTriggerAttribute(string brokerList, string topic) : Attribute
{
    public override string ToString() => $"{brokerList} {topic}";
}
