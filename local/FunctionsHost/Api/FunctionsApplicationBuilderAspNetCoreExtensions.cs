using Microsoft.Extensions.DependencyInjection;
using Millrace.FunctionsHost;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Lets functions take and return ASP.NET Core's own types.</summary>
public static class FunctionsApplicationBuilderAspNetCoreExtensions
{
    /// <summary>Functions with an HTTP trigger take an <c>HttpRequest</c> and return an <c>IResult</c> or an <c>IActionResult</c>.</summary>
    public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        // What an IActionResult is executed by.
        builder.Services.AddMvcCore();
        builder.Services.AddSingleton(new WebFunctions());
        return builder;
    }
}
