using System.Globalization;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Csv;

/// <summary>
/// How a text file of rows is written. Quoted values may hold delimiters, line ends and, doubled, quotes (RFC 4180).
/// </summary>
/// <param name="Delimiter">The byte between values.</param>
/// <param name="Quote">The byte around values; 0 when none has a meaning.</param>
/// <param name="HasHeader">Whether the first row has the names of the columns.</param>
/// <param name="ColumnCount">Values of a row.</param>
/// <param name="HasTrailingDelimiter">Whether a delimiter follows the last value too.</param>
/// <param name="DataStart">The byte that the first row of data begins with, after a byte order mark and the header.</param>
public sealed record CsvDialect(byte Delimiter, byte Quote, bool HasHeader, int ColumnCount, bool HasTrailingDelimiter, long DataStart)
{
    /// <summary>Fields of a row as the scanner sees them.</summary>
    internal int FieldsPerRow => ColumnCount + (HasTrailingDelimiter ? 1 : 0);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static CsvDialect Parse(string text)
    {
        long[] parts = [.. text.Split(' ').Select(part => long.Parse(part, CultureInfo.InvariantCulture))];
        return parts.Length == 6
            ? new CsvDialect((byte)parts[0], (byte)parts[1], parts[2] != 0, (int)parts[3], parts[4] != 0, parts[5])
            : throw new QueryException(ErrorCode.Internal, $"'{text}' is no csv dialect");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Delimiter} {Quote} {(HasHeader ? 1 : 0)} {ColumnCount} {(HasTrailingDelimiter ? 1 : 0)} {DataStart}");
}
