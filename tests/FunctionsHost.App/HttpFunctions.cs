using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost.App;

/// <summary>Functions of a route.</summary>
public sealed class HttpFunctions(Reporter reporter, Scope scope)
{
    [Function(nameof(Echo))]
    public async Task<IResult> Echo(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "things/{name}/{id:int?}")] HttpRequest request,
        string name,
        int? id,
        FunctionContext context,
        CancellationToken cancellation)
    {
        context.Trail().Add("function");
        await reporter.CallAsync(CallReport.Of(context, scope), cancellation);
        using var body = new StreamReader(request.Body);
        return Results.Json(new { name, id, query = request.Query["q"].ToString(), body = await body.ReadToEndAsync(cancellation) }, statusCode: StatusCodes.Status202Accepted);
    }

    [Function(nameof(Teapot))]
    public static IActionResult Teapot([HttpTrigger(AuthorizationLevel.Anonymous, Route = "teapot")] HttpRequest request) =>
        new ContentResult { StatusCode = StatusCodes.Status418ImATeapot, Content = request.Method };

    [Function(nameof(Unrouted))]
    public static IResult Unrouted([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => Results.Text(request.Path);
}
