namespace Millrace.Core;

/// <summary>The end of the pipeline: the stage itself, and its exceptions turned into outcomes.</summary>
internal sealed class StageCall(IStage stage)
{
    public async ValueTask<Outcome> InvokeAsync(StageContext context)
    {
        try
        {
            return await stage.ProcessAsync(context.Event!, context.Cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.Cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (StageException failure)
        {
            return new Outcome.Failed(failure.Error);
        }
        catch (Exception unforeseen)
        {
            return new Outcome.Failed(Unforeseen(unforeseen));
        }
    }

    public static StageError Unforeseen(Exception exception) =>
        new(ErrorTypes.Unexpected, $"{exception.GetType().Name}: {exception.Message}") { Stack = exception.ToString() };
}
