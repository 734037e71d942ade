using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Millrace.Local;

/// <summary>The tools of Azure Functions, which the real host needs on a developer's machine.</summary>
/// <param name="version">What tells their version; null where they are not there. By default <c>func --version</c>.</param>
internal sealed class FunctionsToolsCheck(Func<CancellationToken, Task<string?>>? version = null) : IDoctorCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public string Name => "tools";

    public string LooksAt => "the Functions tools, func, of version 4";

    public bool NeedsBroker => false;

    public async IAsyncEnumerable<DoctorFinding> RunAsync(DoctorSubject subject, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var found = (await (version ?? AskAsync)(cancellation))?.Trim();
        if (found is null)
        {
            yield return DoctorFinding.Note("func", "It is not installed, or does not answer; only `func start`, the real host, needs it.", "Install azure-functions-core-tools 4.");
        }
        else if (!found.StartsWith("4.", StringComparison.Ordinal))
        {
            yield return DoctorFinding.Warning("func", $"It is version '{found}'; the app is made for 4.", "Install azure-functions-core-tools 4.");
        }
    }

    private static async Task<string?> AskAsync(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            using var func = Process.Start(new ProcessStartInfo("func", ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            try
            {
                var answer = await func.StandardOutput.ReadToEndAsync(patience.Token);
                await func.WaitForExitAsync(patience.Token);
                return func.ExitCode == 0 ? answer : null;
            }
            finally
            {
                if (!func.HasExited)
                {
                    func.Kill(entireProcessTree: true);
                }
            }
        }
        catch (Exception absent) when (absent is Win32Exception || (absent is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }
}
