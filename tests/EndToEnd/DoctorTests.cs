namespace Millrace.EndToEnd;

/// <summary><c>millrace doctor</c> beside <c>millrace dev</c>.</summary>
public sealed class DoctorTests
{
    [Fact]
    public async Task It_finds_the_session_that_runs_here_with_all_well_and_none_when_that_has_ended()
    {
        using var millrace = new MillraceCommand();
        using var dev = millrace.Start("dev", "--port", "0", "--rate", "5");
        await dev.SaysAsync("Waiting for the functions' partitions");

        var doctor = await millrace.RunAsync("doctor");
        await dev.SignalAsync("TERM");
        await dev.EndAsync();

        Assert.True(doctor.ExitCode == 0, doctor.Output + doctor.Error);
        Assert.Contains("checks: all is well.", doctor.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(millrace.Directory, ".millrace")));
    }
}
