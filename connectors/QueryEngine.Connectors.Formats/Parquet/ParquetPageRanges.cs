using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Connectors.Formats.Parquet.Schema;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet;

/// <summary>Finds by the page indexes which rows of a row group can be inside a domain.</summary>
internal static class ParquetPageRanges
{
    // Passing over fewer rows than this costs more than reading them.
    private const long SmallestGap = 1024;

    /// <summary>The rows, as ranges in ascending order that do not touch; one range of all rows when no index tells more.</summary>
    public static List<(long Start, long End)> Of(ByteSource source, ParquetFile file, int rowGroup, TupleDomain domain)
    {
        RowGroup group = file.Metadata.RowGroups[rowGroup];
        if (domain.IsNone)
            return [];
        List<(long Start, long End)> ranges = [(0, group.RowCount)];
        foreach ((string name, Domain allowed) in domain.Columns)
        {
            int column = file.FindColumn(name);
            if (column >= 0 && file.Nodes[column] is ParquetLeaf { MaxRepetition: 0 } leaf && leaf.ColumnIndex < group.Columns.Length
                && RangesOf(source, group, leaf, allowed) is { } kept)
                ranges = Intersect(ranges, kept);
        }
        return ranges;
    }

    private static List<(long Start, long End)>? RangesOf(ByteSource source, RowGroup group, ParquetLeaf leaf, Domain allowed)
    {
        ColumnChunk chunk = group.Columns[leaf.ColumnIndex];
        if (chunk.ColumnIndexOffset is not { } boundsOffset || chunk.OffsetIndexOffset is not { } placesOffset)
            return null;
        ColumnIndex bounds = MetadataReader.ReadColumnIndex(Read(source, leaf, boundsOffset, chunk.ColumnIndexLength));
        PageLocation[] places = MetadataReader.ReadOffsetIndex(Read(source, leaf, placesOffset, chunk.OffsetIndexLength));
        int pages = places.Length;
        if (pages < 2 || bounds.NullPages.Length != pages || bounds.MinValues.Length != pages || bounds.MaxValues.Length != pages
            || (bounds.NullCounts is { } counts && counts.Length != pages))
            return null;

        var ranges = new List<(long Start, long End)>();
        for (int page = 0; page < pages; page++)
        {
            long start = places[page].FirstRow;
            long end = page + 1 < pages ? places[page + 1].FirstRow : group.RowCount;
            if (start < 0 || end < start || end > group.RowCount || (page == 0 && start != 0))
                throw ParquetErrors.Corrupt($"the page index of column {leaf.Name} has rows in no order");
            long? nulls = bounds.NullPages[page] ? end - start : bounds.NullCounts?[page];
            ColumnBounds known = bounds.NullPages[page]
                ? new ColumnBounds(null, null, nulls, null, end - start)
                : ParquetStatistics.BoundsOf(leaf, bounds.MinValues[page], bounds.MaxValues[page], nulls, end - start);
            if (!ParquetStatistics.MayMatch(known, allowed))
                continue;
            if (ranges.Count > 0 && start - ranges[^1].End < SmallestGap)
                ranges[^1] = (ranges[^1].Start, end);
            else
                ranges.Add((start, end));
        }
        return ranges;
    }

    private static byte[] Read(ByteSource source, ParquetLeaf leaf, long offset, int length)
    {
        if (length < 0 || offset < 0 || offset > source.Length - length)
            throw ParquetErrors.Corrupt($"the page index of column {leaf.Name} lies outside the file");
        byte[] bytes = new byte[length];
        source.ReadExactly(offset, bytes);
        return bytes;
    }

    private static List<(long Start, long End)> Intersect(List<(long Start, long End)> left, List<(long Start, long End)> right)
    {
        var both = new List<(long Start, long End)>();
        int next = 0;
        foreach ((long start, long end) in left)
        {
            while (next < right.Count && right[next].End <= start)
                next++;
            for (int other = next; other < right.Count && right[other].Start < end; other++)
                both.Add((Math.Max(start, right[other].Start), Math.Min(end, right[other].End)));
        }
        return both;
    }
}
