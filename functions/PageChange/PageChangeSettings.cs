using System.ComponentModel.DataAnnotations;

namespace Millrace.Functions;

/// <summary>The <c>settings</c> of <see cref="PageChange"/> in the catalog.</summary>
public sealed class PageChangeSettings
{
    /// <summary>The input stream that tells of new pages; the others tell of revisions.</summary>
    [Required(ErrorMessage = "set it to the input stream that tells of new pages")]
    public string? NewPages { get; set; }

    /// <summary>What becomes of a revision without a parent.</summary>
    public FirstRevisions FirstRevisions { get; set; } = FirstRevisions.Create;
}

/// <summary>What becomes of a revision without a parent, which is the first of its page.</summary>
public enum FirstRevisions
{
    /// <summary>It is emitted as the page's creation.</summary>
    Create,

    /// <summary>It is filtered: the stream of new pages comes from the same wikis and tells of every creation.</summary>
    Filter,
}
