using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost.Tests;

/// <summary>The functions that a host refuses to start with; no other test names them.</summary>
public static class RefusedFunctions
{
    [Function("TakesText")]
    public static void TakesText([KafkaTrigger("b", "t", KeyDataType = KafkaMessageKeyType.Binary)] string text) => _ = text;

    [Function("TakesOneOfMany")]
    public static void TakesOneOfMany([KafkaTrigger("b", "t", IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)] KafkaRecord record) => _ = record;

    [Function("TakesMore")]
    public static void TakesMore([KafkaTrigger("b", "t", KeyDataType = KafkaMessageKeyType.Binary)] KafkaRecord record, int more) => _ = (record, more);

    [Function("DecodesKeys")]
    public static void DecodesKeys([KafkaTrigger("b", "t")] KafkaRecord record) => _ = record;

    [Function("HasNoTrigger")]
    public static void HasNoTrigger(FunctionContext context) => _ = context;

    [Function("ReturnsValue")]
    public static Task<int> ReturnsValue([KafkaTrigger("b", "t", KeyDataType = KafkaMessageKeyType.Binary)] KafkaRecord record) => Task.FromResult(record.Partition);

    [Function("NamesAbsentSetting")]
    public static void NamesAbsentSetting([KafkaTrigger("b", "%Stages:Absent:Topic%", KeyDataType = KafkaMessageKeyType.Binary)] KafkaRecord record) => _ = record;

    [Function("NamesAbsentFile")]
    public static void NamesAbsentFile([KafkaTrigger("b", "t", Protocol = BrokerProtocol.Ssl, SslCaLocation = "/absent/ca.pem", KeyDataType = KafkaMessageKeyType.Binary)] KafkaRecord record) => _ = record;
}
