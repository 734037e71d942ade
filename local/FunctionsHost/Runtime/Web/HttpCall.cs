using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;

namespace Millrace.FunctionsHost;

/// <summary>A request for a call, and the answer that comes of it.</summary>
internal sealed class HttpCall(HttpContext http) : TriggerCall
{
    public override object? Bind(ParameterInfo parameter) => parameter.ParameterType == typeof(HttpRequest)
        ? http.Request
        : RouteValue.Parse(Convert.ToString(http.GetRouteValue(parameter.Name!), CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : null, parameter.ParameterType);

    public override void Begin(IServiceProvider services) => http.RequestServices = services;

    public override Task CompleteAsync(object? result) => result switch
    {
        IResult answer => answer.ExecuteAsync(http),
        IActionResult answer => answer.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), new ActionDescriptor())),
        _ => Task.CompletedTask,
    };
}
