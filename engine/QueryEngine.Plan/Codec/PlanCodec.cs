using QueryEngine.Spi;

namespace QueryEngine.Plan.Codec;

/// <summary>
/// Writes fragments, splits and other records of plans as bytes and reads them back equal. Types travel as names of a closed set: the
/// records of Spi and Plan, and by their place in <see cref="IConnectorFactory.HandleTypes"/> the records of a connector. Both ends run the
/// same version. Bytes that make no sense give PROTOCOL_VIOLATION.
/// </summary>
/// <param name="handleTypesOf">The handle types of a catalog's connector, by the catalog's name.</param>
public sealed class PlanCodec(Func<string, IReadOnlyList<Type>> handleTypesOf)
{
    /// <summary>A fragment as bytes.</summary>
    public byte[] Encode(PlanFragment fragment) => Encode(fragment, handles: null);

    /// <summary>A fragment out of bytes.</summary>
    public PlanFragment DecodeFragment(ReadOnlySpan<byte> bytes) => Decode<PlanFragment>(bytes, handles: null);

    /// <summary>A split, a table handle or another record of a connector, as bytes.</summary>
    public byte[] EncodeHandle<T>(string catalog, T handle)
        where T : class => Encode(handle, new HandleSet(handleTypesOf(catalog)));

    /// <summary>A record of a connector out of bytes.</summary>
    public T DecodeHandle<T>(string catalog, ReadOnlySpan<byte> bytes)
        where T : class => Decode<T>(bytes, new HandleSet(handleTypesOf(catalog)));

    private byte[] Encode<T>(T value, HandleSet? handles)
        where T : class
    {
        var writer = new CodecWriter(handleTypesOf, handles);
        writer.WriteValue(typeof(T), value);
        return writer.ToArray();
    }

    private T Decode<T>(ReadOnlySpan<byte> bytes, HandleSet? handles)
        where T : class
    {
        var reader = new CodecReader(bytes, handleTypesOf, handles);
        try
        {
            var value = (T?)reader.ReadValue(typeof(T));
            return value is not null && reader.AtEnd ? value : throw CodecReader.Broken("the message has too much or too little");
        }
        catch (Exception exception) when (exception is not QueryException)
        {
            // A number out of range, or what a record's constructor refuses.
            throw CodecReader.Broken(exception.InnerException?.Message ?? exception.Message);
        }
    }
}

/// <summary>The records of one connector.</summary>
internal sealed record HandleSet(IReadOnlyList<Type> Types)
{
    /// <summary>The place of a type, or null when the connector has not declared it.</summary>
    public int? PlaceOf(Type type)
    {
        for (int place = 0; place < Types.Count; place++)
        {
            if (Types[place] == type)
                return place;
        }

        return null;
    }
}
