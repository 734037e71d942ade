namespace Millrace.Core;

/// <summary>A step of the pipeline that is watched.</summary>
internal static class Watched
{
    public static StageDelegate Step(string name, StageDelegate step, IPipelineWatch watch) => async context =>
    {
        Outcome? outcome = null;
        watch.Enter(name, context);
        try
        {
            return outcome = await step(context).ConfigureAwait(false);
        }
        finally
        {
            watch.Leave(name, context, outcome);
        }
    };
}
