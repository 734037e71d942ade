using Microsoft.Extensions.Logging;

namespace Millrace.Broker.Groups;

internal sealed partial class GroupCoordinator
{
    [LoggerMessage(1, LogLevel.Debug, "Group {Group}: generation {Generation} begins with {Members} members.")]
    private static partial void LogGeneration(ILogger logger, string group, int generation, int members);

    [LoggerMessage(2, LogLevel.Debug, "Group {Group} is deleted.")]
    private static partial void LogDropped(ILogger logger, string group);

    [LoggerMessage(3, LogLevel.Warning, "Group {Group} is refused: there are {MaxGroups} groups, and no more are allowed.")]
    private static partial void LogTooManyGroups(ILogger logger, string group, int maxGroups);
}
