namespace Millrace.Broker.Storage;

/// <summary>What is stored cannot be used, or nothing can be stored; the message names the file and says what to do.</summary>
public sealed class StorageException : Exception
{
    /// <summary>With what is wrong, and where.</summary>
    public StorageException(string message)
        : base(message)
    {
    }

    /// <summary>With what is wrong, and where, and what caused it.</summary>
    public StorageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
