using Microsoft.Extensions.DependencyInjection;
using Millrace.Schemas;

namespace Millrace.Hosting;

/// <summary>Opens the schema repositories that the settings name.</summary>
internal static class SchemaSetup
{
    public static EventSchemas Create(MillraceOptions options, IServiceProvider services) =>
        throw new NotImplementedException();
}
