using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.TestKit;

/// <content>Lookups: the rows of some keys are those that a scan has, whatever the keys and the columns.</content>
public abstract partial class ConnectorContractTests
{
    [Fact]
    public async Task The_rows_of_keys_are_those_that_a_scan_has()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        if (Offer(handle, columns) is not var (connector, offer))
            return;
        List<object?[]> rows = await ReadAsync(handle, columns);
        int[] places = [.. offer.Keys.Select(key => Array.IndexOf([.. columns], key))];
        ValueList<object?>[] known = [.. rows.Select(row => KeyOf(row, places)).Where(key => !key.Contains(null)).Distinct()];
        Assert.NotEmpty(known);

        var random = new Random(17);
        foreach (int count in new[] { 1, 2, Math.Min(known.Length, offer.KeysAtOnce) }.Where(count => count <= offer.KeysAtOnce))
        {
            random.Shuffle(known);
            HashSet<ValueList<object?>> keys = [.. known.Take(count)];
            var metrics = new ScanMetrics();
            var request = new LookupRequest(Session, handle, offer.Keys, [.. keys], [.. columns]) { Metrics = metrics };
            List<object?[]> found = await RowsAsync(connector.LookupAsync(request, default));

            Assert.True(metrics.RowsRead >= found.Count, $"{found.Count} rows came, {metrics.RowsRead} were counted");
            Assert.Equal(
                rows.Where(row => keys.Contains(KeyOf(row, places))).Select(Rows.Text).Order(StringComparer.Ordinal),
                found.Where(row => keys.Contains(KeyOf(row, places))).Select(Rows.Text).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_lookup_gives_the_columns_that_are_asked_for_and_gives_its_memory_back()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        if (Offer(handle, columns) is not var (connector, offer))
            return;
        int[] places = [.. offer.Keys.Select(key => Array.IndexOf([.. columns], key))];
        ValueList<object?> key = (await ReadAsync(handle, columns)).Select(row => KeyOf(row, places)).First(candidate => !candidate.Contains(null));

        var memory = new MemoryContext("lookup");
        var request = new LookupRequest(Session, handle, offer.Keys, [key], [columns[^1]]) { Memory = memory };
        await foreach (RecordBatch batch in connector.LookupAsync(request, default))
        {
            Assert.Equal(1, batch.ColumnCount);
            Assert.Equal(columns[^1].Type, batch[0].Type);
            batch.Dispose();
        }

        Assert.Equal(0, memory.Bytes);
    }

    private (ISupportsLookup Connector, LookupOffer Offer)? Offer(TableHandle handle, IReadOnlyList<ColumnHandle> columns) =>
        Subject.Connector.As<ISupportsLookup>() is { } connector && connector.OfferLookup(Session, handle, [.. columns]) is { } offer ? (connector, offer) : null;

    private static ValueList<object?> KeyOf(object?[] row, int[] places) => [.. places.Select(place => row[place])];
}
