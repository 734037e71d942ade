using Microsoft.Extensions.Hosting;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Intake;

/// <summary>Refuses to start an intake that could not work as it is set up.</summary>
/// <param name="service">Making it shows what of the settings is wrong.</param>
/// <param name="options">The settings.</param>
/// <param name="schemas">Where schemas come from.</param>
internal sealed class IntakeCheck(IntakeService service, IntakeOptions options, SchemaRepository schemas) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(service);
        Require(options.ErrorStream, nameof(options.ErrorStream), ErrorEvent.DefaultSchemaUri);
        Require(options.TestStream, nameof(options.TestStream), $"/{TestEvent.SchemaTitle}/1.0.0");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Require(string? stream, string setting, string schemaUri)
    {
        if (string.IsNullOrEmpty(stream))
        {
            return;
        }

        try
        {
            schemas.Require(schemaUri);
        }
        catch (SchemaException cause)
        {
            throw new CatalogException($"Intake:{setting} is '{stream}', and its events have no schema: {cause.Message} The setting Millrace:Schemas lists where schemas are.", cause);
        }
    }
}
