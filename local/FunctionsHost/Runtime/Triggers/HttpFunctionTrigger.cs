using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost;

/// <summary>Requests to a route.</summary>
internal sealed class HttpFunctionTrigger(HttpTriggerAttribute attribute) : FunctionTrigger
{
    /// <summary>The trigger, as it is written.</summary>
    public HttpTriggerAttribute Attribute => attribute;

    public override string? Refusal(ParameterInfo parameter) => parameter.ParameterType == typeof(HttpRequest)
        ? null
        : $"the parameter '{parameter.Name}' of type {parameter.ParameterType.Name} cannot be bound. Allowed are {AllowedTriggers}";

    public override string? Refusal(MethodInfo method)
    {
        if (method.GetCustomAttributes<RetryAttribute>().Any())
        {
            return "an HTTP trigger has no retries: who asked may ask again";
        }

        if (attribute.AuthLevel is AuthorizationLevel.User or AuthorizationLevel.System)
        {
            return $"HttpTrigger.AuthLevel is {attribute.AuthLevel}; allowed is Anonymous, Function or Admin";
        }

        try
        {
            _ = RoutePatternFactory.Parse(attribute.Route ?? "");
            return null;
        }
        catch (RoutePatternException wrong)
        {
            return $"HttpTrigger.Route is \"{attribute.Route}\", which is no route: {wrong.Message}";
        }
    }

    // A parameter of the route, by its name.
    public override bool Offers(ParameterInfo parameter) =>
        RouteValue.CanBe(parameter.ParameterType)
        && RoutePatternFactory.Parse(attribute.Route ?? "").Parameters.Any(part => string.Equals(part.Name, parameter.Name, StringComparison.OrdinalIgnoreCase));

    public override bool Takes(Type result) => typeof(IResult).IsAssignableFrom(result) || typeof(IActionResult).IsAssignableFrom(result);
}
