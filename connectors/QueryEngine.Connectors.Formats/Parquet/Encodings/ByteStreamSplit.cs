namespace QueryEngine.Connectors.Formats.Parquet.Encodings;

/// <summary>BYTE_STREAM_SPLIT: all first bytes of the values, then all second bytes, and so on.</summary>
internal static unsafe class ByteStreamSplit
{
    /// <summary>Puts values of <paramref name="width"/> bytes together again.</summary>
    /// <param name="streams">The start of the first stream.</param>
    /// <param name="streamLength">Values in the page, which is the length of each stream.</param>
    /// <param name="first">The first value to decode.</param>
    /// <param name="width">Bytes of a value.</param>
    /// <param name="destination">Room for <paramref name="count"/> values.</param>
    /// <param name="count">How many values to decode.</param>
    public static void Decode(byte* streams, long streamLength, long first, int width, byte* destination, int count)
    {
        for (int part = 0; part < width; part++)
        {
            byte* stream = streams + part * streamLength + first;
            byte* target = destination + part;
            for (int value = 0; value < count; value++, target += width)
                *target = stream[value];
        }
    }
}
