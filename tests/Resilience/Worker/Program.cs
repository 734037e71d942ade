using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Connectors;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Lookups;
using Millrace.Resilience.Worker;

var builder = FunctionsApplication.CreateBuilder(args);
builder.AddMillrace().AddStages(typeof(Probe).Assembly.GetTypes());
builder.AddConnectors();
var points = new InstrumentedPoints(Bind<Interruption>(), TimeProvider.System);
var habits = Bind<HostHabits>();
builder.Services.AddSingleton(points).AddSingleton(habits);
builder.Services.AddSingleton(services => new LookupFactory(services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<HttpLookup>>())
{
    Transport = options => new InstrumentedTransport(points) { InnerHandler = HttpLookup.CreateHandler(options) },
});

// The container still owns the sinks below; stages write through the one around it.
var sink = builder.Services.Single(service => !service.IsKeyedService && service.ServiceType == typeof(ISink)).ImplementationFactory!;
builder.Services.AddKeyedSingleton(nameof(Probe), (services, _) => (ISink)sink(services));
builder.Services.AddSingleton<ISink>(services => new InstrumentedSink(services.GetRequiredKeyedService<ISink>(nameof(Probe)), points));
await builder.Build().RunAsync();

T Bind<T>()
    where T : new() =>
    builder.Configuration.GetSection(typeof(T).Name).Get<T>(options => options.ErrorOnUnknownConfiguration = true) ?? new T();
