namespace Millrace.FunctionsHost.Tests;

/// <summary>What surrounds a call: settings, the filter of functions, its context, middleware, and services' lifetimes.</summary>
public abstract class CallCompliance(IHostUnderTest host) : HostCompliance(host)
{
    [Fact]
    public async Task Every_call_has_an_id_of_its_own_and_knows_its_function()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(2);
        await using var observer = await Observer.StartAsync();
        await using var host = await StartAsync("Batched", topic, observer, Batches(1));

        var taken = await observer.TakeAsync(2);

        Assert.Equal(2, taken.Select(call => call.Report.InvocationId).Distinct().Count());
        Assert.Single(taken.Select(call => call.Report.FunctionId).Distinct());
        Assert.All(taken, call => Assert.Equal("Batched", call.Report.Function));
        Assert.All(taken, call => Assert.Null(call.Report.RetryCount));
    }

    [Fact]
    public async Task Only_the_functions_that_the_filter_names_are_run()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(1);
        await using var observer = await Observer.StartAsync();
        await using var host = await StartAsync("Unrouted", topic, observer, ("AzureFunctionsJobHost:functions:1", "Batched"));
        using var client = new HttpClient { BaseAddress = host.HttpAddress };

        Assert.Equal("Batched", (await observer.NextAsync()).Report.Function);
        Assert.Equal("/v1/Unrouted", await client.GetStringAsync("v1/Unrouted"));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await client.GetAsync("v1/teapot")).StatusCode);
    }

    [Fact]
    public async Task Percent_signs_stand_for_settings_wherever_they_stand()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(1);
        await using var observer = await Observer.StartAsync();
        // The trigger names %Topic%, and what that says is taken as it is.
        await using var host = await StartAsync("One", topic, observer, ("Group", "another"));

        Assert.Equal(["events/0/0"], (await observer.NextAsync()).Positions);
    }

    [Fact]
    public async Task Middleware_wraps_each_call_in_the_order_of_its_registration()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(1);
        await using var observer = await Observer.StartAsync();
        await using var host = await StartAsync("Batched", topic, observer);

        Assert.Equal(["outer", "inner", "function"], (await observer.NextAsync()).Report.Trail);
        Assert.Equal("outer, inner, function, inner out, outer out", await observer.NoteAsync());
    }

    [Fact]
    public async Task Middleware_sees_what_the_function_threw_and_may_settle_it()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(1);
        await using var observer = await Observer.StartAsync(call => call.Number == 1 ? throw new InvalidOperationException("for the middleware to settle") : Task.CompletedTask);
        await using var host = await StartAsync("Batched", topic, observer, KeepTrying, CommitOnSuccessOnly);

        Assert.Equal(["events/0/0"], (await observer.NextAsync()).Positions);
        Assert.Equal("outer, inner, function, settled, outer out", await observer.NoteAsync());
        await topic.ProduceAsync(1);
        Assert.Equal(["events/0/1"], (await observer.NextAsync()).Positions);
    }

    [Fact]
    public async Task Middleware_is_created_once_and_the_scope_of_a_call_ends_with_it()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(2);
        await using var observer = await Observer.StartAsync();
        await using var host = await StartAsync("Batched", topic, observer, Batches(1));

        var first = (await observer.NextAsync()).Report.Instances;
        Assert.EndsWith("outer out", await observer.NoteAsync(), StringComparison.Ordinal);
        Assert.Equal($"disposed {first[0]}", await observer.NoteAsync());
        var second = (await observer.NextAsync()).Report.Instances;

        Assert.Equal(first[0], first[1]);
        Assert.NotEqual(first[0], second[0]);
        Assert.Equal(first[2], second[2]);
    }
}
