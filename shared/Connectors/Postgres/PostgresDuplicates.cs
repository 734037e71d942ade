namespace Millrace.Connectors;

/// <summary>What becomes of an event whose <c>meta.id</c> the table has already.</summary>
public enum PostgresDuplicates
{
    /// <summary>It does not enter: the table has a unique index for that.</summary>
    Drop,

    /// <summary>It enters, and no index is kept.</summary>
    Keep,
}
