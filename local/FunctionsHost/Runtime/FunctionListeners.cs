using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Millrace.FunctionsHost;

/// <summary>Makes the listeners of functions; whatever can be checked before anything listens is.</summary>
internal sealed class FunctionListeners(
    IConfiguration host, IConfiguration settings, FunctionExecutionDelegate pipeline, IServiceScopeFactory scopes, TimeProvider time, ILoggerFactory loggers)
{
    private readonly KafkaOptions _kafka = KafkaOptions.Read(host);
    private readonly HttpOptions _http = HttpOptions.Read(host, settings);
    private readonly SettingReferences _references = new(settings);

    /// <summary>Whether functions with an HTTP trigger are served.</summary>
    public bool ServesHttp => _http.Port is not null;

    /// <summary>One listener for each function that has a topic or a schedule.</summary>
    public IFunctionListener? Create(FunctionMethod function, FunctionStatus status) => function.Trigger switch
    {
        KafkaFunctionTrigger => new KafkaListener(
            function, ConsumerSettings.Topic(function, _references), ConsumerSettings.For(function, _kafka, settings), _kafka, Invoker(function), status, time, Logger(function)),
        TimerFunctionTrigger timer => Create(function, timer, status),
        _ => null,
    };

    /// <summary>One for all functions that have a route, and for what is served beside them; null where there is neither, or no port to serve them on.</summary>
    public HttpListener? CreateHttp(IEnumerable<(FunctionMethod Function, FunctionStatus Status)> functions, IReadOnlyList<WebExtension> extensions)
    {
        var routed = functions.Where(function => function.Function.Trigger is HttpFunctionTrigger).ToList();
        var key = new RequestKey(_http);
        return (routed.Count == 0 && extensions.Count == 0) || !ServesHttp ? null : new HttpListener(
            _http,
            [.. routed.Select(function => new HttpFunction(function.Function, key, Invoker(function.Function), function.Status, _http.RoutePrefix, Logger(function.Function)))],
            [.. routed.Select(function => function.Status)],
            extensions,
            loggers);
    }

    private TimerListener Create(FunctionMethod function, TimerFunctionTrigger timer, FunctionStatus status)
    {
        const string Property = "TimerTrigger.Schedule";
        var text = _references.Resolve(timer.Attribute.Schedule, $"Function '{function.Name}': {Property}");
        Schedule schedule;
        try
        {
            schedule = Schedule.Parse(text);
        }
        catch (FormatException wrong)
        {
            throw new FunctionsHostException($"Function '{function.Name}': {Property}: {wrong.Message}", wrong);
        }

        var memory = TimerListener.IsRemembered(timer.Attribute, schedule, time.GetUtcNow()) ? new TimerMemory(function.Name, settings[TimerMemory.Setting] is { Length: > 0 } directory ? directory : null) : null;
        return new TimerListener(function, schedule, memory, Invoker(function), status, time, Logger(function));
    }

    private FunctionInvoker Invoker(FunctionMethod function) => new(function, pipeline, scopes, time, Logger(function));

    private ILogger Logger(FunctionMethod function) => loggers.CreateLogger($"Function.{function.Name}");
}
