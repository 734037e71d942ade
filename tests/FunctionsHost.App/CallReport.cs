using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost.App;

/// <summary>A call of a function, as it tells the suite of it.</summary>
public sealed record CallReport
{
    public string Function { get; init; } = "";

    public string FunctionId { get; init; } = "";

    public string InvocationId { get; init; } = "";

    /// <summary>Null where the function has no retry attribute.</summary>
    public int? RetryCount { get; init; }

    public int? MaxRetryCount { get; init; }

    /// <summary>What the middleware had left before the function was called.</summary>
    public IReadOnlyList<string> Trail { get; init; } = [];

    /// <summary>The scoped service, as the function's constructor got it, as the context's services give it, and the middleware.</summary>
    public IReadOnlyList<Guid> Instances { get; init; } = [];

    public KafkaRecord[] Records { get; init; } = [];

    public TimerInfo? Timer { get; init; }

    public static CallReport Of(FunctionContext context, Scope scope) => new()
    {
        Function = context.FunctionDefinition.Name,
        FunctionId = context.FunctionId,
        InvocationId = context.InvocationId,
        RetryCount = context.RetryContext?.RetryCount,
        MaxRetryCount = context.RetryContext?.MaxRetryCount,
        Trail = [.. context.Trail()],
        Instances = [scope.Id, ((Scope)context.InstanceServices.GetService(typeof(Scope))!).Id, ((Outer)context.InstanceServices.GetService(typeof(Outer))!).Id],
    };
}
