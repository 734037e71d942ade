using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost.App;

/// <summary>Functions of a schedule.</summary>
public sealed class TimerFunctions(Reporter reporter, Scope scope)
{
    [Function(nameof(Scheduled))]
    public Task Scheduled([TimerTrigger("%Schedule%")] TimerInfo timer, FunctionContext context, CancellationToken cancellation) =>
        reporter.CallAsync(CallReport.Of(context, scope) with { Timer = timer }, cancellation);

    [Function(nameof(AtStart))]
    public Task AtStart([TimerTrigger("0 0 0 29 2 *", RunOnStartup = true)] TimerInfo timer, FunctionContext context) =>
        reporter.CallAsync(CallReport.Of(context, scope) with { Timer = timer }, context.CancellationToken);
}
