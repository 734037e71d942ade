using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Millrace.Schemas;

/// <summary>The version of a schema: <c>major.minor.patch</c>, as semantic versioning has it.</summary>
/// <remarks>Within a major version a schema only grows: see <see cref="SchemaDiff"/>.</remarks>
/// <param name="Major">Raised for a change that is not compatible.</param>
/// <param name="Minor">Raised for a compatible change.</param>
/// <param name="Patch">Raised for a change of words.</param>
public readonly record struct SchemaVersion(int Major, int Minor, int Patch) : IComparable<SchemaVersion>
{
    /// <summary>Reads a version; three numbers without signs or leading zeros.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SchemaVersion version)
    {
        version = default;
        var parts = text?.Split('.') ?? [];
        var numbers = new int[3];
        for (var i = 0; i < parts.Length && i < 3; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) || (parts[i].Length > 1 && parts[i][0] == '0'))
            {
                return false;
            }
        }

        version = new SchemaVersion(numbers[0], numbers[1], numbers[2]);
        return parts.Length == 3;
    }

    /// <inheritdoc/>
    public int CompareTo(SchemaVersion other) => (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    /// <summary>Whether a version comes before another.</summary>
    public static bool operator <(SchemaVersion left, SchemaVersion right) => left.CompareTo(right) < 0;

    /// <summary>Whether a version comes after another.</summary>
    public static bool operator >(SchemaVersion left, SchemaVersion right) => left.CompareTo(right) > 0;

    /// <summary>Whether a version is another, or comes before it.</summary>
    public static bool operator <=(SchemaVersion left, SchemaVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Whether a version is another, or comes after it.</summary>
    public static bool operator >=(SchemaVersion left, SchemaVersion right) => left.CompareTo(right) >= 0;

    /// <summary>The version as it is written.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}");
}
