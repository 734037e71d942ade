using Millrace.Broker.Protocol;
using Millrace.Broker.Requests;
using Millrace.Broker.Storage;
using Millrace.Broker.Topics;

namespace Millrace.Broker.Server;

/// <summary>Shows and changes the settings of topics; those of the broker are shown.</summary>
internal sealed class ConfigsApi(TopicTable topics, IReadOnlyDictionary<string, string> broker)
{
    private const sbyte TextType = 2;

    public IEnumerable<Api> Apis =>
    [
        Api.Of<DescribeConfigsRequest>(request => new DescribeConfigsResponse { Results = [.. request.Resources.DistinctBy(resource => (resource.Type, resource.Name)).Select(resource => Describe(resource, request.IncludeSynonyms))] }),
        Api.Of<IncrementalAlterConfigsRequest>(request => request.Answer(resource => Alter(resource, request.ValidateOnly))),
    ];

    /// <summary>All settings of a topic, as they hold.</summary>
    public static IEnumerable<DescribedConfig> Of(Topic topic, LogSettings defaults)
    {
        var settings = TopicSetting.Resolve(defaults, topic.Overrides, out _);
        return TopicSetting.All.Select(setting => new DescribedConfig
        {
            Name = setting.Name,
            Value = setting.Read(settings),
            Type = setting.Type,
            IsDefault = !topic.Overrides.ContainsKey(setting.Name),
            Source = topic.Overrides.ContainsKey(setting.Name) ? DescribedConfig.FromTopic : DescribedConfig.FromDefault,
        });
    }

    private ResourceConfigs Describe(ConfigResource resource, bool withSynonyms)
    {
        var result = new ResourceConfigs { Type = resource.Type, Name = resource.Name };
        IEnumerable<DescribedConfig> all;
        if (resource.Type == ConfigResource.Topic)
        {
            if (topics.Find(resource.Name) is not { } topic)
            {
                result.Error = KafkaError.UnknownTopicOrPartition;
                result.ErrorMessage = $"There is no topic {Quote.Of(resource.Name)}.";
                return result;
            }

            all = Of(topic, topics.Defaults);
        }
        else if (resource.Type == ConfigResource.Broker)
        {
            all = broker.Select(one => new DescribedConfig { Name = one.Key, Value = one.Value, ReadOnly = true, Source = DescribedConfig.FromBroker, Type = TextType });
        }
        else
        {
            result.Error = KafkaError.InvalidRequest;
            result.ErrorMessage = $"Resources of type {resource.Type} have no settings here; those of topics ({ConfigResource.Topic}) and of the broker ({ConfigResource.Broker}) can be described.";
            return result;
        }

        result.Configs = [.. all.Where(config => resource.Keys is null || resource.Keys.Contains(config.Name))];
        if (withSynonyms)
        {
            result.Configs.ForEach(config => config.Synonyms = [new ConfigSynonym { Name = config.Name, Value = config.Value, Source = config.Source }]);
        }

        return result;
    }

    private (KafkaError Error, string? Message) Alter(AlteredResource resource, bool validateOnly)
    {
        if (resource.Type != ConfigResource.Topic)
        {
            return (KafkaError.InvalidRequest, $"Resources of type {resource.Type} cannot be changed; topics ({ConfigResource.Topic}) can.");
        }

        if (resource.Configs.Find(config => config.Operation is not (AlteredConfig.Set or AlteredConfig.Delete)) is { } other)
        {
            return (KafkaError.InvalidRequest, $"The setting {Quote.Of(other.Name)} cannot be changed by operation {other.Operation}; allowed are {AlteredConfig.Set}, set, and {AlteredConfig.Delete}, delete.");
        }

        return topics.Alter(
            resource.Name,
            overrides => resource.Configs.Aggregate(overrides, (now, config) => config.Operation == AlteredConfig.Delete ? now.Remove(config.Name) : now.SetItem(config.Name, config.Value ?? "")),
            validateOnly);
    }
}
