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
        catch (Exception unforeseen) when (IsAboutTheEvent(unforeseen))
        {
            return new Outcome.Failed(Unforeseen(unforeseen));
        }
    }

    /// <summary>Whether an exception says something of the event, and not of the process alone.</summary>
    /// <remarks>Without memory any event fails, and would go to the error stream for no fault of its own: the batch is given back instead.</remarks>
    public static bool IsAboutTheEvent(Exception exception) => exception is not OutOfMemoryException;

    public static StageError Unforeseen(Exception exception) =>
        new(ErrorTypes.Unexpected, $"{exception.GetType().Name}: {exception.Message}") { Stack = exception.ToString() };
}
