namespace Millrace.Lookups;

/// <summary>What was asked: answers to the same address differ by what they had to be.</summary>
/// <param name="Address">The whole address, escaped.</param>
/// <param name="AsJson">Whether JSON was asked for.</param>
internal readonly record struct CacheKey(string Address, bool AsJson);
