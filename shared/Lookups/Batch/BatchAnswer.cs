using Millrace.Core;

namespace Millrace.Lookups;

/// <summary>What a batch's answer says about one key: an answer, or why there is none.</summary>
/// <typeparam name="TAnswer">The type of an answer.</typeparam>
public readonly record struct BatchAnswer<TAnswer>
{
    private BatchAnswer(TAnswer? answer, StageError? error) => (Value, Error) = (answer, error);

    /// <summary>The answer; without meaning where there is an error.</summary>
    public TAnswer? Value { get; }

    /// <summary>Why this key, and no other, has no answer; null where it has one. A transient error lets the key's event be tried again.</summary>
    public StageError? Error { get; }

    /// <summary>A key's answer.</summary>
    public static implicit operator BatchAnswer<TAnswer>(TAnswer answer) => new(answer, null);

    /// <summary>A key's error.</summary>
    public static implicit operator BatchAnswer<TAnswer>(StageError error) => new(default, error);
}
