using System.Diagnostics.CodeAnalysis;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet;

/// <summary>The errors of broken and unusual Parquet files.</summary>
internal static class ParquetErrors
{
    /// <summary>The bytes contradict themselves.</summary>
    public static QueryException Corrupt(string what) => new(ErrorCode.InvalidData, $"the parquet file is corrupt: {what}");

    /// <summary>As <see cref="Corrupt"/>, thrown from a place that should stay small.</summary>
    [DoesNotReturn]
    public static void ThrowCorrupt(string what) => throw Corrupt(what);

    /// <summary>The file uses something that this reader does not know.</summary>
    public static QueryException NotSupported(string what) => QueryException.NotSupported($"{what} in a parquet file");
}
