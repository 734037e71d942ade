using System.Text.Json;
using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost;

/// <summary>Remembers a timer's occurrences: in a file below the directory of the setting <c>FunctionsHost:Timers</c>, or else while the process lives.</summary>
/// <remarks>The real host keeps them in its storage account. A file that cannot be read counts as none: the schedule goes on from now.</remarks>
internal sealed class TimerMemory(string function, string? directory)
{
    public const string Setting = "FunctionsHost:Timers";

    private readonly string? _path = directory is null ? null : Path.Combine(directory, $"{function}.json");

    /// <summary>What was written last; null if nothing was.</summary>
    public ScheduleStatus? Status { get; private set; }

    public void Read()
    {
        try
        {
            Status = _path is not null && File.Exists(_path) ? JsonSerializer.Deserialize<ScheduleStatus>(File.ReadAllBytes(_path)) : null;
        }
        catch (JsonException)
        {
            Status = null;
        }
    }

    public void Write(ScheduleStatus status)
    {
        Status = status;
        if (_path is null)
        {
            return;
        }

        // Whole or not at all, whenever the process ends.
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        File.WriteAllBytes(_path + ".new", JsonSerializer.SerializeToUtf8Bytes(status));
        File.Move(_path + ".new", _path, overwrite: true);
    }
}
