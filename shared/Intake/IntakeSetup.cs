using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Intake;

/// <summary>Adds the intake to a function app.</summary>
public static class IntakeSetup
{
    /// <summary>Reads the settings <c>Intake:*</c> and registers <see cref="IntakeService"/>. Comes after <see cref="MillraceHosting.AddMillrace"/>.</summary>
    /// <exception cref="CatalogException">A setting is wrong; the app does not start.</exception>
    public static IHostApplicationBuilder AddIntake(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(SettingsSection.Bind<IntakeOptions>(builder.Configuration, "Intake"));
        builder.Services.AddSingleton<IntakeService>();
        builder.Services.AddHostedService<IntakeCheck>();
        return builder;
    }
}
