using Millrace.Testing;

namespace Millrace.Functions.Tests;

/// <summary>The stage through the whole pipeline, on the cases in <c>functions/MyStage/fixtures</c>: no broker, no host.</summary>
public sealed class MyStageTests
{
    [Fact]
    public Task Its_fixtures_hold() => StageFixtures.CheckAsync(Program.Build, nameof(MyStage));
}
