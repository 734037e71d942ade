using System.Text;
using System.Text.Json;

namespace Millrace.EndToEnd;

/// <summary>How the command ended, and what it said.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>The summary of a run with <c>--json</c>.</summary>
    public JsonElement Summary => JsonElement.Parse(Encoding.UTF8.GetBytes(Output));

    public JsonElement Stage(string name) => Summary.GetProperty("stages").EnumerateArray().Single(stage => stage.GetProperty("stage").GetString() == name);

    public (long In, long Emitted, long Filtered, long Failed, long Lag) Account(string name)
    {
        var stage = Stage(name);
        return (Get("in"), Get("emitted"), Get("filtered"), Get("failed"), Get("lag"));

        long Get(string field) => stage.GetProperty(field).GetInt64();
    }
}
