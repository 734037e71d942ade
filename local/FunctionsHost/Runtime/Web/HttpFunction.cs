using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Millrace.FunctionsHost;

/// <summary>A function behind its route.</summary>
internal sealed partial class HttpFunction(FunctionMethod function, RequestKey key, FunctionInvoker invoker, FunctionStatus status, string prefix, ILogger logger)
{
    private readonly HttpTriggerAttribute _trigger = ((HttpFunctionTrigger)function.Trigger).Attribute;

    /// <summary>The function's name.</summary>
    public string Name => function.Name;

    /// <summary>The route with its prefix.</summary>
    public string Route => "/" + string.Join('/', new[] { prefix, _trigger.Route ?? function.Name }.Select(part => part.Trim('/')).Where(part => part.Length > 0));

    /// <summary>The methods that it answers; none is all.</summary>
    public IReadOnlyList<string> Methods { get; } = [.. (((HttpFunctionTrigger)function.Trigger).Attribute.Methods ?? []).Select(method => method.ToUpperInvariant())];

    /// <summary>Why nobody could ever call it; null if somebody can.</summary>
    public string? Refusal => key.Refusal(_trigger.AuthLevel);

    /// <summary>Answers a request: 401 without the key, 400 or 413 where it cannot be bound or read, 500 where the function throws.</summary>
    public async Task AnswerAsync(HttpContext http)
    {
        if (!key.Admits(http.Request, _trigger.AuthLevel))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        status.Begin(0);
        try
        {
            // Who goes away cancels the call.
            var error = await invoker.InvokeAsync(new HttpCall(http), http.RequestAborted).ConfigureAwait(false);
            if (error is BadHttpRequestException refusal && !http.Response.HasStarted)
            {
                http.Response.Clear();
                http.Response.StatusCode = refusal.StatusCode;
            }
            else if (error is not null && !http.RequestAborted.IsCancellationRequested)
            {
                status.Fail(error);
                Failed(logger, error, Name, http.Request.Method, http.Request.Path);
                Break(http);
            }
        }
        finally
        {
            status.End();
        }
    }

    private static void Break(HttpContext http)
    {
        if (http.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            http.Abort();
            return;
        }

        http.Response.Clear();
        http.Response.StatusCode = StatusCodes.Status500InternalServerError;
    }

}
