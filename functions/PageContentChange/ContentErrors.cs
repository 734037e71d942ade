using Millrace.Lookups;

namespace Millrace.Functions;

/// <summary>The kinds of errors that <see cref="PageContentChange"/> adds to the platform's and the lookup's.</summary>
public static class ContentErrors
{
    /// <summary>The wiki does not know the revision.</summary>
    public const string RevisionNotFound = "revision_not_found";

    /// <summary>The wiki knows the revision, but gives no content for one of its slots.</summary>
    public const string ContentNotFound = "content_not_found";

    /// <summary>The wiki's API answered with an error of its own.</summary>
    public const string ApiError = "api_error";

    /// <summary>The wiki's answer tells of no revision.</summary>
    public const string EmptyAnswer = "empty_answer";

    /// <summary>The event's <c>meta.domain</c> is missing or no host name.</summary>
    public const string InvalidDomain = LookupErrorTypes.InvalidDomain;
}
