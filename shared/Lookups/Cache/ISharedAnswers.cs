namespace Millrace.Lookups;

/// <summary>Answers that several workers keep together. It never fails: what goes wrong is a miss.</summary>
internal interface ISharedAnswers : IDisposable
{
    /// <summary>What is kept under the key; null where nothing is, or where that cannot be found out in time.</summary>
    ValueTask<byte[]?> ReadAsync(string key, CancellationToken cancellationToken);

    /// <summary>Keeps something for a time, without waiting for that.</summary>
    void Write(string key, byte[] value, TimeSpan life);
}
