namespace Millrace.Local;

/// <summary>How bad a finding is.</summary>
internal enum DoctorVerdict
{
    /// <summary>All is well.</summary>
    Good,

    /// <summary>Worth knowing; nothing has to be done.</summary>
    Note,

    /// <summary>It works, and will not always.</summary>
    Warning,

    /// <summary>It does not work.</summary>
    Error,
}
