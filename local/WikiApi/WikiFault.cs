namespace Millrace.Local;

/// <summary>An answer that stands in for the content of a revision.</summary>
/// <param name="Answer">Which one.</param>
/// <param name="Times">For how many requests of the revision; the default is all.</param>
/// <param name="Until">Until when; null is for ever. With <paramref name="Times"/>, whichever ends first.</param>
public sealed record WikiFault(WikiAnswer Answer, int Times = int.MaxValue, DateTimeOffset? Until = null)
{
    /// <summary>Which one; never <see cref="WikiAnswer.Refused"/>.</summary>
    public WikiAnswer Answer { get; } = Answer is WikiAnswer.Refused || !Enum.IsDefined(Answer)
        ? throw new ArgumentOutOfRangeException(nameof(Answer), Answer, "Refused is the answer to a bad request and no fault.")
        : Answer;

    internal bool AppliesTo(int attempt, DateTimeOffset now) => attempt <= Times && (Until is null || now < Until);
}
