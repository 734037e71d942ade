namespace Millrace.FunctionsHost.Tests;

public sealed class LocalKafkaTriggerTests : KafkaTriggerCompliance
{
    protected override async Task<IRunningHost> StartAsync(string function, string brokers, string topic, Calls calls, params (string Key, object Value)[] kafka) =>
        await TestHost.StartAsync(TestHost.Arguments(function, brokers, topic, kafka), calls);
}
