namespace QueryEngine.Functions.Aggregates.Sketches;

/// <summary>A summary of many values that can be written to bytes and merged.</summary>
internal interface ISketch<TSelf>
    where TSelf : ISketch<TSelf>
{
    /// <summary>The memory that it takes, about.</summary>
    long Bytes { get; }

    /// <summary>The sketch of what <see cref="Write"/> wrote.</summary>
    /// <exception cref="Spi.QueryException">INVALID_PARAMETER_VALUE when the bytes are none.</exception>
    static abstract TSelf Read(ReadOnlySpan<byte> bytes);

    /// <summary>The sketch as bytes.</summary>
    byte[] Write();

    /// <summary>Takes in another sketch's values.</summary>
    void Merge(TSelf other);
}
