using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.OpenApi;

/// <summary>A declared lookup whose parts fit together: what a stage needs to run it.</summary>
/// <param name="Definition">What the catalog says.</param>
/// <param name="Operation">The operation that is called.</param>
/// <param name="Parameters">Its parameters that are bound.</param>
/// <param name="Body">The fields of its body that are bound.</param>
/// <param name="Answer">The schema of its answers.</param>
internal sealed record LookupPlan(
    LookupDefinition Definition, ApiOperation Operation, IReadOnlyList<BoundParameter> Parameters, IReadOnlyList<BoundParameter> Body, EmbeddedSchema Answer);
