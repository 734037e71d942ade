namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>Something that wraps every call of a function; one instance serves all calls.</summary>
public interface IFunctionsWorkerMiddleware
{
    /// <summary>Runs around <paramref name="next"/>, which runs the rest; what it throws fails the call.</summary>
    Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
}
