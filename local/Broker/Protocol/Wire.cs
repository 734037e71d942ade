namespace Millrace.Broker.Protocol;

/// <summary>What reads or writes the fields that a structure describes.</summary>
/// <remarks>
/// A field that the version does not have keeps its value when reading and is left out when writing. The encoding is
/// Kafka's: big-endian numbers; in flexible versions compact strings and arrays, and tagged fields at the end of
/// every structure.
/// </remarks>
internal abstract class Wire(short version, bool flexible)
{
    /// <summary>The version of the request that is read or answered.</summary>
    public short Version { get; } = version;

    /// <summary>Whether strings and arrays are compact and structures end with tagged fields.</summary>
    public bool Flexible { get; } = flexible;

    public abstract bool IsReading { get; }

    public void Bool(ref bool value, short since = 0, short until = short.MaxValue)
    {
        if (Has(since, until))
        {
            OnBool(ref value);
        }
    }

    public void Int8(ref sbyte value, short since = 0, short until = short.MaxValue)
    {
        if (Has(since, until))
        {
            OnInt8(ref value);
        }
    }

    public void Int16(ref short value, short since = 0, short until = short.MaxValue)
    {
        if (Has(since, until))
        {
            OnInt16(ref value);
        }
    }

    public void Int32(ref int value, short since = 0, short until = short.MaxValue)
    {
        if (Has(since, until))
        {
            OnInt32(ref value);
        }
    }

    public void Int64(ref long value, short since = 0, short until = short.MaxValue)
    {
        if (Has(since, until))
        {
            OnInt64(ref value);
        }
    }

    /// <summary>16 bytes, big-endian.</summary>
    public void Uuid(ref Guid value, short since = 0, short until = short.MaxValue)
    {
        if (Has(since, until))
        {
            OnUuid(ref value);
        }
    }

    public void Error(ref KafkaError value, short since = 0, short until = short.MaxValue)
    {
        var number = (short)value;
        Int16(ref number, since, until);
        value = (KafkaError)number;
    }

    /// <summary>A string that null cannot stand for.</summary>
    public void String(ref string value, short since = 0, short until = short.MaxValue)
    {
        if (Has(since, until))
        {
            string? read = value;
            OnString(ref read);
            value = read ?? throw new WireException("A string is null where it must not be.");
        }
    }

    public void NullableString(ref string? value, short since = 0, short until = short.MaxValue)
    {
        if (Has(since, until))
        {
            OnString(ref value);
        }
    }

    /// <summary>Bytes that null cannot stand for. When reading they are a part of the frame, and live as long as it does.</summary>
    public void Bytes(ref ReadOnlyMemory<byte> value, short since = 0, short until = short.MaxValue)
    {
        if (Has(since, until))
        {
            ReadOnlyMemory<byte>? read = value;
            OnBytes(ref read);
            value = read ?? throw new WireException("Bytes are null where they must not be.");
        }
    }

    /// <summary>Record batches. When reading they are a part of the frame, and live as long as it does; when writing they are copied straight from the log.</summary>
    public void Records(ref IRecords? value, short since = 0, short until = short.MaxValue)
    {
        if (Has(since, until))
        {
            OnRecords(ref value);
        }
    }

    /// <summary>An array that null cannot stand for.</summary>
    public void Array<T>(ref List<T> value, short since = 0, short until = short.MaxValue)
        where T : IWireStruct, new()
    {
        if (Has(since, until))
        {
            List<T>? read = value;
            OnArray(ref read, static (wire, element) =>
            {
                element ??= new T();
                element.Describe(wire);
                return element;
            });
            value = read ?? throw new WireException("An array is null where it must not be.");
        }
    }

    public void NullableArray<T>(ref List<T>? value, short since = 0, short until = short.MaxValue)
        where T : IWireStruct, new()
    {
        if (Has(since, until))
        {
            OnArray(ref value, static (wire, element) =>
            {
                element ??= new T();
                element.Describe(wire);
                return element;
            });
        }
    }

    public void Int32s(ref List<int> value, short since = 0, short until = short.MaxValue)
    {
        if (Has(since, until))
        {
            List<int>? read = value;
            OnArray(ref read, static (wire, element) =>
            {
                wire.OnInt32(ref element);
                return element;
            });
            value = read ?? throw new WireException("An array is null where it must not be.");
        }
    }

    public void Strings(ref List<string> value, short since = 0, short until = short.MaxValue)
    {
        List<string>? read = value;
        NullableStrings(ref read, since, until);
        value = read ?? throw new WireException("An array is null where it must not be.");
    }

    public void NullableStrings(ref List<string>? value, short since = 0, short until = short.MaxValue)
    {
        if (Has(since, until))
        {
            OnArray(ref value, static (wire, element) =>
            {
                wire.String(ref element!);
                return element;
            });
        }
    }

    /// <summary>The end of a structure: its tagged fields in a flexible version, which the broker skips and leaves empty.</summary>
    /// <remarks>Every <see cref="IWireStruct.Describe"/> ends with it, unless the structure has no tagged fields in any version.</remarks>
    public void Tags()
    {
        if (Flexible)
        {
            OnTags();
        }
    }

    protected abstract void OnBool(ref bool value);

    protected abstract void OnInt8(ref sbyte value);

    protected abstract void OnInt16(ref short value);

    protected abstract void OnInt32(ref int value);

    protected abstract void OnInt64(ref long value);

    protected abstract void OnUuid(ref Guid value);

    protected abstract void OnString(ref string? value);

    protected abstract void OnBytes(ref ReadOnlyMemory<byte>? value);

    protected abstract void OnRecords(ref IRecords? value);

    protected abstract void OnArray<T>(ref List<T>? value, Func<Wire, T?, T> element);

    protected abstract void OnTags();

    private bool Has(short since, short until) => Version >= since && Version <= until;
}
