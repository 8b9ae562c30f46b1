using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.TestKit;

/// <summary>
/// What every connector must do. A subclass gives a catalog with a table (<see cref="OpenAsync"/>) and inherits the tests; the rest of them
/// is in the other parts of this class.
/// </summary>
public abstract partial class ConnectorContractTests : IAsyncLifetime
{
    private ContractSubject? _subject;

    protected static ConnectorSession Session { get; } = new("contract", "tester");

    protected ContractSubject Subject => _subject ?? throw new InvalidOperationException("not opened");

    private IConnectorMetadata Metadata => Subject.Connector.Metadata;

    /// <summary>Makes the catalog and its tables; called once a test.</summary>
    protected abstract ValueTask<ContractSubject> OpenAsync();

    public async Task InitializeAsync() => _subject = await OpenAsync();

    public async Task DisposeAsync()
    {
        if (_subject is not null)
            await _subject.Connector.DisposeAsync();
    }

    [Fact]
    public async Task Lists_the_table_in_its_schema_and_among_all()
    {
        Assert.Contains(Subject.Table.Schema, await Metadata.ListSchemasAsync(Session, default));
        Assert.Contains(Subject.Table, await ListAsync(Subject.Table.Schema));
        Assert.Contains(Subject.Table, await ListAsync(null));
        Assert.DoesNotContain(Subject.Table, await ListAsync("no such schema"));
    }

    [Fact]
    public async Task Finds_unquoted_names_in_any_case_and_quoted_ones_exactly()
    {
        (string schema, string table) = (Subject.Table.Schema, Subject.Table.Table);
        TableHandle? exact = await FindAsync(new(schema, IsExact: true), new(table, IsExact: true));

        Assert.NotNull(exact);
        Assert.Equal(exact, await FindAsync(new(schema.ToUpperInvariant()), new(table.ToUpperInvariant())));
        Assert.Equal(exact, await FindAsync(new(schema.ToLowerInvariant()), new(table.ToLowerInvariant())));
        Assert.Null(await FindAsync(new(schema), new("no such table")));
        Assert.Null(await FindAsync(new("no such schema"), new(table)));
        string other = table.Any(char.IsLower) ? table.ToUpperInvariant() : table.ToLowerInvariant();
        if (other != table)
            Assert.Null(await FindAsync(new(schema, IsExact: true), new(other, IsExact: true)));
    }

    [Fact]
    public async Task Finds_describes_and_reads_tables_of_hostile_names()
    {
        foreach (SchemaTableName name in Subject.HostileTables)
        {
            Assert.Contains(name, await ListAsync(name.Schema));
            TableHandle? handle = await FindAsync(new(name.Schema, IsExact: true), new(name.Table, IsExact: true));
            Assert.True(handle is not null, $"table {name} is not found");
            TableSchema schema = await Metadata.DescribeAsync(Session, handle, default);
            Assert.Equal(name, schema.Name);
            Assert.NotEmpty(await ReadAsync(handle, [schema.Columns[0].Handle]));
        }
    }

    [Fact]
    public async Task Describes_columns_as_they_are_read()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        TableSchema schema = await Metadata.DescribeAsync(Session, handle, default);

        Assert.Equal(Subject.Table, schema.Name);
        Assert.NotEmpty(columns);
        Assert.Equal(columns.Count, columns.Select(column => column.Name).Distinct().Count());
        await foreach (RecordBatch batch in BatchesAsync(handle, columns))
        {
            using (batch)
            {
                Assert.Equal(columns.Count, batch.ColumnCount);
                for (int column = 0; column < columns.Count; column++)
                {
                    Assert.Equal(columns[column].Type.Physical, batch[column].Type.Physical);
                    Assert.Equal(columns[column].Type.Kind, batch[column].Type.Kind);
                    if (!schema.Columns[column].IsNullable)
                        Assert.Equal(0, batch[column].Validity.CountNulls(batch.RowCount));
                }
            }
        }
    }

    [Fact]
    public async Task Gives_the_rows_that_are_in_the_source()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        List<object?[]> rows = await ReadAsync(handle, columns);

        Assert.True(rows.Count >= 20, "the table is too small to show anything");
        if (Subject.Rows is { } expected)
            Rows.AssertSame(expected, rows);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public async Task Splits_cover_every_row_exactly_once(int parallelism)
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        List<object?[]> expected = await ReadAsync(handle, columns);

        Rows.AssertSame(expected, await ReadAsync(handle, columns, parallelism));
    }

    [Fact]
    public async Task Gives_the_columns_asked_for_in_the_order_asked_for()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        List<object?[]> all = await ReadAsync(handle, columns);

        int[] order = [.. Enumerable.Range(0, columns.Count).Reverse().Where(column => column % 2 == 0 || columns.Count < 3)];
        List<object?[]> some = await ReadAsync(handle, [.. order.Select(column => columns[column])]);
        Rows.AssertSame([.. all.Select(row => order.Select(column => row[column]).ToArray())], some);
        for (int column = 0; column < columns.Count; column++)
            Rows.AssertSame([.. all.Select(row => new[] { row[column] })], await ReadAsync(handle, [columns[column]]));
    }

    [Fact]
    public async Task Gives_batches_of_the_right_number_of_rows_when_no_column_is_asked_for()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        int expected = (await ReadAsync(handle, columns)).Count;

        int rows = 0;
        await foreach (RecordBatch batch in BatchesAsync(handle, [], parallelism: 4))
        {
            using (batch)
            {
                Assert.Equal(0, batch.ColumnCount);
                rows += batch.RowCount;
            }
        }

        Assert.Equal(expected, rows);
    }

    [Fact]
    public async Task Releases_all_memory_when_batches_are_disposed_even_of_scans_left_early()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        var memory = new MemoryContext("contract");

        await foreach (RecordBatch batch in BatchesAsync(handle, columns, memory: memory))
            batch.Dispose();
        Assert.Equal(0, memory.Bytes);
        Assert.Equal(Subject.SharesItsMemory, memory.PeakBytes == 0);

        await foreach (RecordBatch batch in BatchesAsync(handle, columns, memory: memory))
        {
            batch.Dispose();
            break;
        }

        Assert.Equal(0, memory.Bytes);
    }

    [Fact]
    public async Task Fails_cleanly_when_memory_is_at_its_limit()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        var memory = new MemoryContext("contract", limit: 100);
        if (Subject.SharesItsMemory)
            return;

        QueryException error = await Assert.ThrowsAsync<QueryException>(async () =>
        {
            await foreach (RecordBatch batch in BatchesAsync(handle, columns, memory: memory))
                batch.Dispose();
        });

        Assert.Equal(ErrorCode.OutOfMemory, error.Code);
        Assert.Equal(0, memory.Bytes);
    }

    [Fact]
    public async Task Ends_promptly_when_canceled()
    {
        SchemaTableName name = Subject.LargeTable ?? Subject.Table;
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync(name);
        var memory = new MemoryContext("contract");
        using var canceled = new CancellationTokenSource();
        long start = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (RecordBatch batch in BatchesAsync(handle, columns, memory: memory, cancellationToken: canceled.Token))
            {
                batch.Dispose();
                start = start == 0 ? TimeProvider.System.GetTimestamp() : start;
                await canceled.CancelAsync();
            }

            canceled.Token.ThrowIfCancellationRequested();
        });

        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(2), "it took too long to stop");
        Assert.Equal(0, memory.Bytes);
    }

    [Fact]
    public async Task Says_something_or_nothing_about_statistics_but_does_not_fail()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();

        TableStatistics statistics = await Metadata.GetStatisticsAsync(Session, handle, default);

        Assert.True(statistics.RowCount is null or >= 0);
        foreach ((string column, ColumnStatistics known) in statistics.Columns)
        {
            ColumnHandle handleOfColumn = Assert.Single(columns, candidate => candidate.Name == column);
            Assert.True(known.NullFraction is null or (>= 0 and <= 1));
            if (known.Min is { } min && known.Max is { } max)
                Assert.True(BoxedValue.Compare(min, max) <= 0, $"{handleOfColumn.Name}: {min} to {max}");
        }
    }
}
