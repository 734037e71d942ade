using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Millrace.FunctionsHost.App;

/// <summary>The functions that the compliance suite watches, in whichever host.</summary>
public static class Program
{
    public static Task Main(string[] args) => Build(args).RunAsync();

    /// <summary>Puts the app together.</summary>
    public static IHost Build(string[] args, Action<IHostApplicationBuilder>? configure = null)
    {
        var builder = FunctionsApplication.CreateBuilder(args).ConfigureFunctionsWebApplication();
        builder.Services.AddSingleton<Reporter>();
        builder.Services.AddScoped<Scope>();
        builder.UseMiddleware<Outer>();
        builder.Use(next => async context =>
        {
            context.Trail().Add("inner");
            await next(context);
            context.Trail().Add("inner out");
        });
        configure?.Invoke(builder);
        return builder.Build();
    }
}
