using System.Net;

namespace Millrace.Broker.Faults;

/// <summary>What the control endpoint answers, without the HTTP around it.</summary>
internal sealed class ControlRoutes(IBrokerControl broker, FaultPlan plan)
{
    private static readonly (string Method, string Path)[] All =
    [
        ("GET", "/"), ("POST", "/faults"), ("DELETE", "/faults"), ("POST", "/down"), ("POST", "/up"), ("POST", "/fence"),
    ];

    /// <summary>Does what a request asks for, and shows the state after it or what is wrong with the request.</summary>
    public async Task<ControlAnswer> AnswerAsync(string method, string path, byte[] body)
    {
        try
        {
            switch (method, path)
            {
                case ("GET", "/"):
                    break;
                case ("POST", "/faults"):
                    plan.Add(FaultRequest.Parse(body));
                    break;
                case ("DELETE", "/faults"):
                    plan.Clear();
                    break;
                case ("POST", "/down"):
                    await broker.DownAsync();
                    break;
                case ("POST", "/up"):
                    broker.Up();
                    break;
                case ("POST", "/fence"):
                    var fields = JsonFields.Parse(body);
                    var id = fields.Text("transactionalId") ?? throw JsonFields.Missing("transactionalId");
                    fields.End("a request to fence");
                    if (!broker.Fence(id))
                    {
                        return ControlAnswer.Error(HttpStatusCode.NotFound, $"There is no transactional id '{id}'.");
                    }

                    break;
                default:
                    return NotThere(method, path);
            }
        }
        catch (FormatException error)
        {
            return ControlAnswer.Error(HttpStatusCode.BadRequest, error.Message);
        }
        catch (InvalidOperationException error)
        {
            return ControlAnswer.Error(HttpStatusCode.Conflict, error.Message);
        }

        return ControlAnswer.State(broker, plan);
    }

    private static ControlAnswer NotThere(string method, string path)
    {
        var methods = All.Where(route => route.Path == path).Select(route => route.Method).ToList();
        return methods.Count > 0
            ? ControlAnswer.Error(HttpStatusCode.MethodNotAllowed, $"{path} does not take {method}. Allowed: {string.Join(", ", methods)}.")
            : ControlAnswer.Error(HttpStatusCode.NotFound, $"There is no {path}. Allowed: {string.Join(", ", All.Select(route => $"{route.Method} {route.Path}"))}.");
    }
}
