using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Core;
using Millrace.Testing;

namespace Millrace.Connectors.Tests;

/// <summary>What is said of stores without opening them, beside the stores themselves.</summary>
public sealed class StoreKindTests
{
    [Fact]
    public void Every_store_that_the_app_brings_is_of_a_kind_and_every_kind_has_a_store()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ISink>(new InMemorySink());
        builder.AddConnectors();

        var stores = builder.Services.Where(service => service.ServiceType == typeof(IStore)).Select(service => service.ImplementationType!.Name);

        Assert.Equal(stores.Order(), StoreKind.All.Select(kind => kind.GetType().Name.Replace("Kind", "Store", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void Every_secret_is_a_setting_of_its_store() => Assert.All(StoreKind.All, kind =>
    {
        var settings = kind.Name switch { "http" => typeof(HttpSinkSettings), "lake" => typeof(LakeSettings), _ => typeof(PostgresSettings) };
        Assert.All(kind.Secrets, secret => Assert.NotNull(settings.GetProperty(secret)));
    });

    [Theory]
    [InlineData("http", "headers:Authorization", true)]
    [InlineData("http", "Address", true)]
    [InlineData("http", "HeadersOfOthers", false)]
    [InlineData("postgres", "connectionString", true)]
    [InlineData("postgres", "Connections", false)]
    public void A_setting_below_a_secret_one_is_secret_and_one_that_only_begins_like_it_is_not(string kind, string setting, bool expected) =>
        Assert.Equal(expected, StoreKind.All.Single(known => known.Name == kind).IsSecret(setting));
}
