using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost.App;

internal static class FunctionContextExtensions
{
    /// <summary>What middleware and function have left in this call, in their order.</summary>
    public static List<string> Trail(this FunctionContext context)
    {
        if (!context.Items.TryGetValue(nameof(Trail), out var trail))
        {
            context.Items[nameof(Trail)] = trail = new List<string>();
        }

        return (List<string>)trail;
    }
}
