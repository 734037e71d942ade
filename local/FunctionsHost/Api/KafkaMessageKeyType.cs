namespace Microsoft.Azure.Functions.Worker;

#pragma warning disable CA1720 // The names are the real type's.

/// <summary>What a record's key is decoded as.</summary>
public enum KafkaMessageKeyType
{
    /// <summary>A 32-bit integer.</summary>
    Int,

    /// <summary>A 64-bit integer.</summary>
    Long,

    /// <summary>UTF-8 text, which corrupts any other bytes.</summary>
    String,

    /// <summary>Nothing: the bytes stay as they are.</summary>
    Binary,
}
