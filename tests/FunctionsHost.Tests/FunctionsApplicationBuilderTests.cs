using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Millrace.FunctionsHost.Tests;

public sealed class FunctionsApplicationBuilderTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("millrace-host-");

    public FunctionsApplicationBuilderTests() => File.WriteAllText(Path.Combine(_root.FullName, "host.json"), """{"version": "2.0"}""");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void A_local_setting_is_read_beside_the_host_file_and_may_be_spelled_as_in_the_environment()
    {
        WriteLocalSettings("""{"Values": {"Stages:A:Topic": "a", "Stages__B__Topic": "b", "Count": 3}}""");

        var settings = Create().Configuration;

        Assert.Equal(("a", "b", "3"), (settings["Stages:A:Topic"], settings["Stages:B:Topic"], settings["Count"]));
    }

    [Fact]
    public void The_environment_overrides_a_local_setting_and_an_argument_overrides_both()
    {
        const string Name = "MillraceFunctionsHostTests";
        WriteLocalSettings($$"""{"Values": {"{{Name}}:Both": "local", "{{Name}}:Argument": "local", "{{Name}}:Local": "local"} }""");
        Environment.SetEnvironmentVariable($"{Name}__Both", "environment");
        Environment.SetEnvironmentVariable($"{Name}__Argument", "environment");
        try
        {
            var settings = Create($"--{Name}:Argument=argument").Configuration.GetSection(Name);

            Assert.Equal(("local", "environment", "argument"), (settings["Local"], settings["Both"], settings["Argument"]));
        }
        finally
        {
            Environment.SetEnvironmentVariable($"{Name}__Both", null);
            Environment.SetEnvironmentVariable($"{Name}__Argument", null);
        }
    }

    [Theory]
    [InlineData("{", "is not JSON")]
    [InlineData("[]", "is not a JSON object")]
    [InlineData("""{"IsEncrypted": true, "Values": {}}""", "is encrypted")]
    [InlineData("""{"Values": []}""", "Values is not a JSON object")]
    [InlineData("""{"Values": {"A": {"B": "c"}}}""", "'A' is not a string")]
    public void Local_settings_that_cannot_be_read_are_refused_by_their_path(string json, string reason)
    {
        WriteLocalSettings(json);

        var error = Assert.Throws<FunctionsHostException>(() => Create());

        Assert.Contains(Path.Combine(_root.FullName, "local.settings.json"), error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_application_is_built_once()
    {
        var builder = Create();
        using var host = builder.Build();

        Assert.Throws<InvalidOperationException>(builder.Build);
        Assert.Throws<InvalidOperationException>(() => builder.Use(next => next));
    }

    [Fact]
    public async Task Middleware_wraps_each_call_in_the_order_of_its_registration()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(1);
        var order = new List<string>();
        var calls = new Calls(_ =>
        {
            order.Add("function");
            return Task.CompletedTask;
        });
        await using var host = await StartAsync(topic, calls, builder =>
        {
            builder.Services.AddSingleton(order);
            builder.UseMiddleware<Outer>();
            builder.Use(next => async context =>
            {
                order.Add("inner in");
                await next(context);
                order.Add("inner out");
            });
        });

        await calls.NextAsync();
        await host.StopAsync();

        Assert.Equal(["outer in", "inner in", "function", "inner out", "outer out"], order);
    }

    [Fact]
    public async Task Middleware_is_created_once_and_the_scope_of_a_call_ends_with_it()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(2);
        var scoped = new List<Scoped>();
        var outers = new HashSet<Outer>();
        var calls = new Calls(call =>
        {
            scoped.Add(call.Context.InstanceServices.GetRequiredService<Scoped>());
            Assert.Same(scoped[^1], call.Context.InstanceServices.GetRequiredService<Scoped>());
            Assert.All(scoped.SkipLast(1), earlier => Assert.True(earlier.Disposed));
            outers.Add(call.Context.InstanceServices.GetRequiredService<Outer>());
            return Task.CompletedTask;
        });
        await using var host = await StartAsync(topic, calls, builder =>
        {
            builder.Services.AddSingleton(new List<string>()).AddScoped<Scoped>();
            builder.UseMiddleware<Outer>();
        });

        await calls.TakeAsync(2);
        await host.StopAsync();

        Assert.Null(host.Status.LastError);
        Assert.Equal(2, scoped.Distinct().Count());
        Assert.All(scoped, one => Assert.True(one.Disposed));
        Assert.Single(outers);
    }

    [Fact]
    public async Task Middleware_sees_what_the_function_threw_and_may_settle_it()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(1);
        Exception? seen = null;
        var calls = new Calls(_ => throw new InvalidOperationException("from the function"));
        await using var host = await StartAsync(topic, calls, builder => builder.Use(next => async context =>
        {
            try
            {
                await next(context);
            }
            catch (InvalidOperationException error)
            {
                seen = error;
            }
        }));

        await calls.NextAsync();
        await host.StopAsync();

        Assert.Equal("from the function", seen?.Message);
        Assert.Null(host.Status.LastError);
        Assert.Equal(1, calls.Count);
    }

    [Fact]
    public async Task Middleware_may_pass_on_a_context_of_its_own()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(1);
        var calls = new Calls();
        await using var host = await StartAsync(topic, calls, builder => builder.Use(next => context => next(new Wrapped(context))));

        Assert.IsType<Wrapped>((await calls.NextAsync()).Context);
    }

    private FunctionsApplicationBuilder Create(params string[] arguments) =>
        FunctionsApplication.CreateBuilder([$"--AzureWebJobsScriptRoot={_root.FullName}", .. arguments]);

    private void WriteLocalSettings(string json) => File.WriteAllText(Path.Combine(_root.FullName, "local.settings.json"), json);

    private static Task<TestHost> StartAsync(Topic topic, Calls calls, Action<FunctionsApplicationBuilder> configure) =>
        TestHost.StartAsync(TestHost.Arguments("Batched", topic.Broker.BootstrapServers, Topic.Name, ("maxBatchSize", 1)), calls, configure);

    private sealed class Outer(List<string> order) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            order.Add("outer in");
            await next(context);
            order.Add("outer out");
        }
    }

    private sealed class Scoped : IDisposable
    {
        public bool Disposed { get; private set; }

        public void Dispose() => Disposed = true;
    }

    private sealed class Wrapped(FunctionContext inner) : FunctionContext
    {
        public override string InvocationId => inner.InvocationId;

        public override string FunctionId => inner.FunctionId;

        public override FunctionDefinition FunctionDefinition => inner.FunctionDefinition;

        public override BindingContext BindingContext => inner.BindingContext;

        public override RetryContext? RetryContext => inner.RetryContext;

        public override IServiceProvider InstanceServices { get => inner.InstanceServices; set => inner.InstanceServices = value; }

        public override IDictionary<object, object> Items { get => inner.Items; set => inner.Items = value; }

        public override IInvocationFeatures Features => inner.Features;

        public override CancellationToken CancellationToken => inner.CancellationToken;
    }
}
