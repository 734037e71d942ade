using System.Collections;
using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost;

/// <summary>One call of a function.</summary>
internal sealed class Invocation : FunctionContext
{
    private readonly FunctionMethod _function;
    private readonly TriggerCall _call;

    /// <summary>A call of the function with what its trigger gives.</summary>
    public Invocation(FunctionMethod function, TriggerCall call, IServiceProvider services, int retries, CancellationToken cancellation)
    {
        (_function, _call) = (function, call);
        InstanceServices = services;
        RetryContext = function.Retry is { } policy ? new Repetition(retries, policy.MaxRetryCount) : null;
        CancellationToken = cancellation;
        Features.Set(this);
    }

    /// <inheritdoc/>
    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    /// <inheritdoc/>
    public override string FunctionId => _function.Id;

    /// <inheritdoc/>
    public override FunctionDefinition FunctionDefinition => _function;

    /// <inheritdoc/>
    public override BindingContext BindingContext { get; } = new NoBindings();

    /// <inheritdoc/>
    public override RetryContext? RetryContext { get; }

    /// <inheritdoc/>
    public override IServiceProvider InstanceServices { get; set; }

    /// <inheritdoc/>
    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    /// <inheritdoc/>
    public override IInvocationFeatures Features { get; } = new FeatureSet();

    /// <inheritdoc/>
    public override CancellationToken CancellationToken { get; }

    /// <summary>What the function returned; null where it returned nothing, or has not been called.</summary>
    public object? Result { get; private set; }

    /// <summary>Calls the function itself, in the context that the middleware passed on.</summary>
    public async Task CallAsync(FunctionContext context) => Result = await _function.CallAsync(context, _call).ConfigureAwait(false);

    private sealed class Repetition(int count, int max) : RetryContext
    {
        public override int RetryCount => count;

        public override int MaxRetryCount => max;
    }

    // Everything that a trigger has to say is in what it binds.
    private sealed class NoBindings : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData { get; } = new Dictionary<string, object?>();
    }

    private sealed class FeatureSet : IInvocationFeatures
    {
        private readonly Dictionary<Type, object> _features = [];

        public void Set<T>(T instance)
        {
            if (instance is null)
            {
                _features.Remove(typeof(T));
            }
            else
            {
                _features[typeof(T)] = instance;
            }
        }

        public T? Get<T>() => _features.TryGetValue(typeof(T), out var feature) ? (T)feature : default;

        public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
