using Microsoft.Azure.Functions.Worker;
using Millrace.Core;
using Millrace.Functions;

namespace Millrace.Local.Tests;

/// <summary>Stages whose classes, triggers or settings are not those of their entries.</summary>
public sealed class LintClassTests : LintFixture
{
    [Fact]
    public void A_stage_without_a_class_is_found() =>
        Finds("class", Stages, "stages.PageChange", "No class 'PageChange' is a stage", () => Repository.Classes.Remove(typeof(PageChange)));

    [Fact]
    public void A_class_without_an_entry_is_found() =>
        Finds("class", "functions/Stranger/stage.json", "stages.Stranger", "is a stage without an entry", () => Repository.Classes.Add(typeof(Stranger)));

    [Fact]
    public void A_stage_without_a_function_is_found() =>
        Finds("trigger", "functions/PageContentChange/PageContentChange.cs", "PageContentChange", "No function is named 'PageContentChange'", () => Repository.Classes.Remove(typeof(PageContentChangeTrigger)));

    [Fact]
    public void A_function_without_a_stage_is_found() =>
        Finds("trigger", "functions/Orphan/Orphan.cs", "Orphan", "no stage has that name", () => Repository.Classes.Add(typeof(OrphanTrigger)));

    [Fact]
    public void Two_functions_of_one_stage_are_found() =>
        Finds("trigger", "functions/PageContentChange/PageContentChange.cs", "PageContentChange", "2 functions read '%Stages:PageContentChange:Topics%'", () => Repository.Classes.Add(typeof(SecondTrigger)));

    [Fact]
    public void A_topic_that_no_function_reads_is_found()
    {
        Repository.Classes.Remove(typeof(PageContentChangeTrigger));
        Finds("trigger", "functions/PageContentChange/PageContentChange.cs", "PageContentChange", "No function of the stage reads '%Stages:PageContentChange:Topics%'", () => Repository.Classes.Add(typeof(WrongTrigger)), more: true);
    }

    [Theory]
    [InlineData("BrokerList", "'localhost:9092'", "%KAFKA_BOOTSTRAP_SERVERS%")]
    [InlineData("Topic", "'mediawiki.page_change.v1'", "%Stages:PageContentChange:Topics%")]
    [InlineData("ConsumerGroup", "'other'", "PageContentChange")]
    [InlineData("IsBatched", "not set", "True")]
    [InlineData("KeyDataType", "'Long'", "Binary")]
    public void Whatever_a_trigger_says_wrongly_is_found(string key, string value, string expected)
    {
        Repository.Classes.Remove(typeof(PageContentChangeTrigger));
        Finds("trigger", "functions/PageContentChange/PageContentChange.cs", $"WrongTrigger: KafkaTrigger.{key}", $"{key} is {value}. Set it to '{expected}'.", () => Repository.Classes.Add(typeof(WrongTrigger)), more: true);
    }

    [Fact]
    public void A_trigger_that_takes_one_record_at_a_time_is_found()
    {
        Repository.Classes.Remove(typeof(PageContentChangeTrigger));
        Finds("trigger", "functions/PageContentChange/PageContentChange.cs", "WrongTrigger: KafkaTrigger", "feeds a KafkaRecord. Take an array", () => Repository.Classes.Add(typeof(WrongTrigger)), more: true);
    }

    [Fact]
    public void A_setting_that_its_class_does_not_have_is_found() =>
        Finds("settings", Stages, "stages.PageChange.settings", "catalog:stages:PageChange:settings:newPage is unknown; allowed are", () => Repository.Replace(Stages, "\"newPages\"", "\"newPage\""));

    [Fact]
    public void A_setting_of_a_value_that_is_not_allowed_is_found() =>
        Finds("settings", Stages, "stages.PageChange.settings", "allowed is Create or Filter", () => Repository.Replace(Stages, "\"firstRevisions\": \"Create\"", "\"firstRevisions\": \"Keep\""));

    [Fact]
    public void Settings_of_a_stage_that_takes_none_are_found() =>
        Finds("settings", Stages, "stages.PageChange.settings", "takes no settings", () => Repository.Classes.Remove(typeof(PageChangeSettings)));

    private sealed class Stranger : Enrichment
    {
        protected override ValueTask<Outcome> EnrichAsync(Event input, CancellationToken cancellation) => new(Filter("stranger"));
    }

    private sealed class OrphanTrigger
    {
        [Function("Orphan")]
        public static void Run(
            [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:Orphan:Topics%", ConsumerGroup = "Orphan", IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
            KafkaRecord[] records) => Assert.NotNull(records);
    }

    private sealed class SecondTrigger
    {
        [Function("PageContentChange")]
        public static void Run(
            [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:PageContentChange:Topics%", ConsumerGroup = "PageContentChange", IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
            KafkaRecord[] records) => Assert.NotNull(records);
    }

    private sealed class WrongTrigger
    {
        [Function("PageContentChange")]
        public static void Run(
            [KafkaTrigger("localhost:9092", "mediawiki.page_change.v1", ConsumerGroup = "other", KeyDataType = KafkaMessageKeyType.Long)] KafkaRecord record) => Assert.NotNull(record);
    }
}
