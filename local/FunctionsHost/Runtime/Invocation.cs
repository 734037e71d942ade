using System.Collections;
using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost;

/// <summary>One call of a function.</summary>
internal sealed class Invocation : FunctionContext
{
    private readonly FunctionMethod _function;
    private readonly KafkaRecord[] _records;

    /// <summary>A call of the function with these records.</summary>
    public Invocation(FunctionMethod function, KafkaRecord[] records, IServiceProvider services, int retries, CancellationToken cancellation)
    {
        (_function, _records) = (function, records);
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

    /// <summary>Calls the function itself, in the context that the middleware passed on.</summary>
    public Task CallAsync(FunctionContext context) => _function.CallAsync(context, _records);

    private sealed class Repetition(int count, int max) : RetryContext
    {
        public override int RetryCount => count;

        public override int MaxRetryCount => max;
    }

    // Everything about a record is in the KafkaRecord.
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
