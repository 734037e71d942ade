namespace Millrace.Broker.Protocol;

/// <summary>Record batches on their way to or from a log.</summary>
internal interface IRecords : IDisposable
{
    /// <summary>In bytes.</summary>
    int Length { get; }

    /// <summary>Copies all of it.</summary>
    /// <param name="target"><see cref="Length"/> bytes.</param>
    void CopyTo(Span<byte> target);
}
