namespace Microsoft.Azure.Functions.Worker;

/// <summary>Who stamped a record.</summary>
public enum KafkaTimestampType
{
    /// <summary>Nobody, or it is not known.</summary>
    NotAvailable,

    /// <summary>The producer.</summary>
    CreateTime,

    /// <summary>The broker.</summary>
    LogAppendTime,
}
