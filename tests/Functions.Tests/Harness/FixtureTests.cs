using Millrace.Testing;

namespace Millrace.Functions.Tests;

/// <summary>The cases in <c>functions/*/fixtures</c>.</summary>
public sealed class FixtureTests
{
    [Fact]
    public Task Those_of_PageChange_hold() => StageFixtures.CheckAsync(Program.Build, nameof(PageChange));

    [Fact]
    public Task Those_of_PageContentChange_hold() => StageFixtures.CheckAsync(Program.Build, nameof(PageContentChange));
}
