using System.Reflection;
using System.Reflection.Emit;
using Microsoft.Extensions.Configuration;
using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Infra.Tests;

/// <summary>Types with functions, made for a test: a class for each stage, with a trigger for each setting that the catalog gives it.</summary>
/// <remarks>The attributes are the test's own: what is read of an assembly are their names.</remarks>
internal static class FunctionTypes
{
    public static Type[] Of(StageCatalog catalog)
    {
        var module = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Functions"), AssemblyBuilderAccess.Run).DefineDynamicModule("Functions");
        var settings = TriggerSettings.For(catalog, new ConfigurationBuilder().Build()).Select(setting => setting.Key).ToList();
        return [.. catalog.Stages.Select(stage => Define(module, stage.Name, [.. settings.Where(setting => setting.Split(':')[1] == stage.Name)]))];
    }

    private static Type Define(ModuleBuilder module, string stage, string[] settings)
    {
        var type = module.DefineType($"{stage}Trigger");
        foreach (var (index, setting) in settings.Index())
        {
            var method = type.DefineMethod($"Run{index}", MethodAttributes.Public, typeof(void), [typeof(object)]);
            method.SetCustomAttribute(new CustomAttributeBuilder(typeof(FunctionAttribute).GetConstructors().Single(), [index == 0 ? stage : $"{stage}_{index}"]));
            method.DefineParameter(1, ParameterAttributes.None, "records").SetCustomAttribute(new CustomAttributeBuilder(
                typeof(KafkaTriggerAttribute).GetConstructors().Single(), ["%KAFKA_BOOTSTRAP_SERVERS%", $"%{setting}%"], [typeof(KafkaTriggerAttribute).GetProperty("ConsumerGroup")!], [stage]));
            method.GetILGenerator().Emit(OpCodes.Ret);
        }

        return type.CreateType();
    }
}

[AttributeUsage(AttributeTargets.Method)]
public sealed class FunctionAttribute(string name) : Attribute
{
    public string Name => name;
}

[AttributeUsage(AttributeTargets.Parameter)]
public sealed class KafkaTriggerAttribute(string brokerList, string topic) : Attribute
{
    public string BrokerList => brokerList;

    public string Topic => topic;

    public string? ConsumerGroup { get; set; }
}

[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HttpTriggerAttribute : Attribute
{
    public string? Route { get; set; }
}
