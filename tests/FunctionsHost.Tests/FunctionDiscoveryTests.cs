using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace Millrace.FunctionsHost.Tests;

public sealed class FunctionDiscoveryTests
{
    private static readonly System.Reflection.Assembly Here = typeof(FunctionDiscoveryTests).Assembly;

    [Fact]
    public void A_filter_takes_only_the_functions_that_it_names()
    {
        var functions = FunctionDiscovery.Discover([Here], Filter("One", "batched"));

        Assert.Equal(["Batched", "One"], functions.Select(function => function.Name));
    }

    [Fact]
    public void Without_a_filter_every_function_is_taken()
    {
        var error = Assert.Throws<FunctionsHostException>(() => FunctionDiscovery.Discover([Here], Filter()));

        Assert.Contains("Function 'Again'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_functions_of_one_name_are_refused_with_both_methods()
    {
        var error = Assert.Throws<FunctionsHostException>(() => FunctionDiscovery.Discover([Here, Here], Filter("Batched")));

        Assert.StartsWith("Two functions are named '", error.Message, StringComparison.Ordinal);
        Assert.Contains(" and Millrace.FunctionsHost.Tests.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_knows_its_method_and_its_assembly()
    {
        var function = FunctionDiscovery.Discover([Here], Filter("Batched")).Single();

        Assert.Equal("Millrace.FunctionsHost.Tests.TestFunctions.Batched", function.EntryPoint);
        Assert.Equal(Here.Location, function.PathToAssembly);
        Assert.Equal("Batched", function.Id);
    }

    [Fact]
    public void A_method_that_is_not_public_is_refused()
    {
        var method = typeof(Refused).GetMethod(nameof(Refused.Hidden), System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!;

        Assert.Contains("public", Assert.Throws<FunctionsHostException>(() => new FunctionMethod("Hidden", method)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_that_is_async_void_is_refused()
    {
        var method = typeof(Refused).GetMethod(nameof(Refused.Unawaited))!;

        Assert.Contains("void if it is not async", Assert.Throws<FunctionsHostException>(() => new FunctionMethod("Unawaited", method)).Message, StringComparison.Ordinal);
    }

    private static IConfiguration Filter(params string[] names) => new ConfigurationBuilder()
        .AddInMemoryCollection(names.Select((name, i) => KeyValuePair.Create($"functions:{i}", (string?)name)))
        .Build();

    private static class Refused
    {
        internal static void Hidden([KafkaTrigger("b", "t", KeyDataType = KafkaMessageKeyType.Binary)] KafkaRecord record) => _ = record;

        public static async void Unawaited([KafkaTrigger("b", "t", KeyDataType = KafkaMessageKeyType.Binary)] KafkaRecord record)
        {
            await Task.Yield();
            _ = record;
        }
    }
}
