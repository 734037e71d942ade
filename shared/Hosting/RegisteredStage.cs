using Millrace.Core;

namespace Millrace.Hosting;

/// <summary>A stage that the app has a class for.</summary>
internal sealed record RegisteredStage(StageDefinition Definition, Type Type);
