using System.Text;

namespace Millrace.Intake.Tests;

/// <summary>Single events of the program's own, without a request.</summary>
public sealed class OwnEventTests
{
    [Fact]
    public async Task One_that_is_only_looked_at_is_told_its_faults_and_is_not_sent()
    {
        await using var app = await IntakeApp.StartAsync("Intake:ErrorStream=EventIntake.error");

        var right = app.Service.Check(Utf8(IntakeApp.Event()), "things");
        var wrong = app.Service.Check(Utf8(IntakeApp.Event().Replace("\"n\"", "5", StringComparison.Ordinal)), "things");

        Assert.Equal((true, null, "things"), (right.IsValid, right.Refusal, right.Topic));
        Assert.Equal((false, ".name"), (wrong.IsValid, Assert.Single(wrong.Faults).Path));
        Assert.Equal((0, 0), (app.Count("things"), app.Count("EventIntake.error")));
    }

    [Fact]
    public async Task One_that_is_taken_is_stored_with_the_id_that_is_told()
    {
        await using var app = await IntakeApp.StartAsync();

        var verdict = await app.Service.TakeAsync(Utf8(IntakeApp.Event()), "things", CancellationToken.None);

        Assert.Null(verdict.Refusal);
        Assert.Contains($"\"id\":\"{verdict.Id}\"", Encoding.UTF8.GetString(app.Read("things", 1)[0].Message.Value), StringComparison.Ordinal);
        Assert.Equal(0, app.Service.QueuedBytes);
    }

    [Fact]
    public async Task One_that_is_refused_is_told_to_the_program_alone()
    {
        await using var app = await IntakeApp.StartAsync("Intake:ErrorStream=EventIntake.error");

        var verdict = await app.Service.TakeAsync(Utf8("""{"name":5}"""), "things", CancellationToken.None);
        var other = await app.Service.TakeAsync(Utf8(IntakeApp.Event()), "others", CancellationToken.None);

        Assert.Contains("$schema", verdict.Refusal, StringComparison.Ordinal);
        Assert.Equal("'.meta.stream' names another stream than 'others'.", other.Refusal);
        Assert.Equal((0, 0), (app.Count("things"), app.Count("EventIntake.error")));
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
