namespace Millrace.Local;

/// <summary>What a request to the console has to bring.</summary>
internal enum ConsoleAccess
{
    /// <summary>Nothing: files of the pages, which have nothing to hide.</summary>
    Page,

    /// <summary>Nothing but to come from the pages: whoever signs in, or out.</summary>
    Sign,

    /// <summary>The token, where there is one.</summary>
    Read,

    /// <summary>What reading takes, and the value that only the pages know.</summary>
    Post,

    /// <summary>What posting takes, and a console that may change something.</summary>
    Change,
}
