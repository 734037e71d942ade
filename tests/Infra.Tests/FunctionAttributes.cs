namespace Millrace.Infra.Tests;

// Attributes of the test's own: what is read of an assembly are their names.
[AttributeUsage(AttributeTargets.Method)]
public sealed class FunctionAttribute(string name) : Attribute
{
    public string Name => name;
}

[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HttpTriggerAttribute : Attribute
{
    public string? Route { get; set; }
}
