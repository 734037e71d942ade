using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Canaries;
using Millrace.Connectors;
using Millrace.Hosting;
using Millrace.Intake;
using Millrace.OpenApi;
using Millrace.Serving;
using Millrace.Telemetry;

namespace Millrace.Functions;

/// <summary>The function app: every stage, and what the stages need.</summary>
public static class Program
{
    /// <summary>Runs the app until it is told to stop.</summary>
    public static Task Main(string[] args) => Build(args).RunAsync();

    /// <summary>Puts the app together.</summary>
    /// <param name="args">Settings as <c>--Name=value</c>, over those of the environment.</param>
    /// <param name="configure">What a program that hosts the app adds.</param>
    public static IHost Build(string[] args, Action<IHostApplicationBuilder>? configure = null)
    {
        var builder = FunctionsApplication.CreateBuilder(args).ConfigureFunctionsWebApplication();
        builder.Services.AddSingleton<IFunctionMetadataTransformer, TriggerSecurity>();
        builder.AddMillrace().AddStages(typeof(Program).Assembly.GetTypes());
        builder.AddConnectors().AddOpenApiLookups().AddIntake().AddCanaries().AddEventStreams().AddTelemetry();
        builder.Services.AddSingleton<ContentApi>();
        configure?.Invoke(builder);
        return builder.Build();
    }
}
