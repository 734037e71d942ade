namespace Millrace.Resilience;

/// <summary>A fact about a full disk; skipped, and said so, where no process may have a disk of its own.</summary>
internal sealed class DiskFactAttribute : FactAttribute
{
    public const string Missing = "This machine does not let a process mount a disk of its own (unshare --user --mount).";

    public DiskFactAttribute() => Skip = BrokerProcess.CanHaveDisk() ? null : Missing;
}
