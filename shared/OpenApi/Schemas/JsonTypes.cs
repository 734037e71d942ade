namespace Millrace.OpenApi;

/// <summary>The kinds of values that a schema allows.</summary>
[Flags]
internal enum JsonTypes
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Integer = 4,
    Fraction = 8,
    String = 16,
    Array = 32,
    Object = 64,
    Number = Integer | Fraction,
    All = 127,
}
