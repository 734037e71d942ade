using System.Buffers;
using System.Runtime.CompilerServices;

namespace Millrace.Schemas;

/// <summary>The keywords about objects, and reading them. Names that an object has twice are refused.</summary>
internal sealed class ObjectPlan
{
    /// <summary>Takes any object.</summary>
    public static readonly ObjectPlan Any = new([], 0);

    private const int MaxNameOnStack = 256;

    private readonly Utf8NameTable _names;
    private readonly PlanField[] _fields;
    private readonly int _required;

    /// <summary>Prepares the names that are known.</summary>
    /// <param name="fields">What is known of them, distinct, <see cref="NameBits.Capacity"/> at most, those that are required first.</param>
    /// <param name="required">How many are required.</param>
    public ObjectPlan(IReadOnlyList<PlanField> fields, int required)
    {
        _names = new Utf8NameTable(fields.Select(field => field.Name));
        _fields = [.. fields];
        _required = required;
    }

    /// <summary>What the fields must match whose name matches a pattern.</summary>
    public (EcmaPattern Pattern, PlanNode Node)[] Patterns { get; init; } = [];

    /// <summary>What the fields must match that have neither a schema nor a pattern; null asks nothing.</summary>
    public PlanNode? Additional { get; init; }

    /// <summary>What names must match; null asks nothing.</summary>
    public PlanNode? PropertyNames { get; init; }

    /// <summary>What is needed besides where a field is there.</summary>
    public DependencyPlan[] Dependencies { get; init; } = [];

    /// <summary>The least number of fields.</summary>
    public int MinProperties { get; init; }

    /// <summary>The greatest number of fields.</summary>
    public int MaxProperties { get; init; } = int.MaxValue;

    /// <summary>Reads an object, and says whether it is JSON and matches.</summary>
    public bool Accepts(ref JsonScan scan)
    {
        var start = scan.Position;
        if (!scan.Open())
        {
            return false;
        }

        var seen = default(NameBits);
        var count = 0;
        if (scan.Next() != '}')
        {
            while (true)
            {
                if (++count > MaxProperties || !AcceptsField(ref scan, start, ref seen))
                {
                    return false;
                }

                if (scan.Next() != ',')
                {
                    break;
                }

                scan.Position++;
                scan.Next();
            }

            if (scan.Current != '}')
            {
                return false;
            }
        }

        scan.Close();
        return seen.HasFirst(_required) && count >= MinProperties && (Dependencies.Length == 0 || HasDependencies(ref scan, start, in seen));
    }

    private bool AcceptsField(ref JsonScan scan, int parent, ref NameBits seen)
    {
        if (scan.Current != '"' || !scan.TryString(out var name))
        {
            return false;
        }

        return name.IsEscaped
            ? AcceptsEscaped(ref scan, parent, name, ref seen)
            : AcceptsNamed(ref scan, parent, name.Start, scan.Slice(name.Start, name.Length), ref seen);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool AcceptsEscaped(ref JsonScan scan, int parent, JsonStringToken name, ref NameBits seen)
    {
        byte[]? rented = null;
        var buffer = name.Length <= MaxNameOnStack
            ? stackalloc byte[MaxNameOnStack]
            : rented = ArrayPool<byte>.Shared.Rent(name.Length);
        var accepts = AcceptsNamed(ref scan, parent, name.Start, buffer[..JsonText.Unescape(scan.Slice(name.Start, name.Length), buffer)], ref seen);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return accepts;
    }

    private bool AcceptsNamed(ref JsonScan scan, int parent, int nameAt, scoped ReadOnlySpan<byte> name, ref NameBits seen)
    {
        var number = _names.Find(name);
        if (number >= 0 ? !seen.Add(number) : !scan.Names.Add(scan.Json, parent, nameAt, name))
        {
            return false;
        }

        if (PropertyNames is not null && !AcceptsName(ref scan, nameAt - 1))
        {
            return false;
        }

        if (scan.Next() != ':')
        {
            return false;
        }

        scan.Position++;
        scan.Next();
        if (number < 0)
        {
            return AcceptsValue(ref scan, name, declared: null);
        }

        ref readonly var field = ref _fields[number];
        var valueAt = scan.Position;
        if (!AcceptsValue(ref scan, name, field.Node))
        {
            return false;
        }

        if (field.Capture >= 0)
        {
            scan.Captures[field.Capture] = new(valueAt, scan.Position - valueAt);
        }

        return field.Within is null || AfterPlan.Probe(ref scan, field.Within, valueAt);
    }

    private bool AcceptsName(ref JsonScan scan, int nameAt)
    {
        var end = scan.Position;
        scan.Position = nameAt;
        var accepts = PropertyNames!.Accepts(ref scan);
        scan.Position = end;
        return accepts;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool AcceptsValue(ref JsonScan scan, scoped ReadOnlySpan<byte> name, PlanNode? declared) => Patterns.Length == 0
        ? (declared ?? Additional ?? PlanNode.Any).Accepts(ref scan)
        : AcceptsByPattern(ref scan, name, declared);

    private bool AcceptsByPattern(ref JsonScan scan, scoped ReadOnlySpan<byte> name, PlanNode? declared)
    {
        var valueAt = scan.Position;
        if (declared is not null && !declared.Accepts(ref scan))
        {
            return false;
        }

        var matched = declared is not null;
        foreach (var (pattern, node) in Patterns)
        {
            if (pattern.IsMatch(name))
            {
                (scan.Position, matched) = (valueAt, true);
                if (!node.Accepts(ref scan) || !scan.Spend((scan.Position - valueAt) / AfterPlan.BytesPerStep))
                {
                    return false;
                }
            }
        }

        return matched || (Additional ?? PlanNode.Any).Accepts(ref scan);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool HasDependencies(ref JsonScan scan, int start, in NameBits seen)
    {
        foreach (var dependency in Dependencies)
        {
            if (seen.Contains(dependency.Name) && !dependency.IsMet(ref scan, start, in seen))
            {
                return false;
            }
        }

        return true;
    }
}
