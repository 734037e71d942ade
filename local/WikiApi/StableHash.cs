namespace Millrace.Local;

/// <summary>Numbers that look random and are the same on every machine and in every run.</summary>
internal static class StableHash
{
    /// <summary>A number for a revision of a wiki; the salt makes one of several independent ones.</summary>
    public static ulong Of(string domain, long revision, long salt)
    {
        var hash = Mix(unchecked((ulong)salt));
        foreach (var character in domain)
        {
            hash = Mix(hash ^ character);
        }

        return Mix(hash ^ unchecked((ulong)revision));
    }

    /// <summary>The number as a fraction, from 0 up to but not including 1.</summary>
    public static double Fraction(ulong hash) => (hash >> 11) * (1.0 / (1UL << 53));

    /// <summary>One step of SplitMix64 (Steele, Lea and Flood, 2014).</summary>
    public static ulong Mix(ulong value)
    {
        value = unchecked(value + 0x9E3779B97F4A7C15);
        value = unchecked((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9);
        value = unchecked((value ^ (value >> 27)) * 0x94D049BB133111EB);
        return value ^ (value >> 31);
    }
}
