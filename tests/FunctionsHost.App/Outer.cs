using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Millrace.FunctionsHost.App;

/// <summary>The outermost middleware, which tells the suite what went by.</summary>
public sealed class Outer(Reporter reporter) : IFunctionsWorkerMiddleware
{
    public Guid Id { get; } = Guid.NewGuid();

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        context.Trail().Add("outer");
        try
        {
            await next(context);
        }
        catch (Exception error) when (error.Message == "for the middleware to settle")
        {
            context.Trail().Add("settled");
        }

        context.Trail().Add("outer out");
        await reporter.NoteAsync(string.Join(", ", context.Trail()));
    }
}
