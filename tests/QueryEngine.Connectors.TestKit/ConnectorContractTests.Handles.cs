using System.Reflection;
using System.Runtime.CompilerServices;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.TestKit;

/// <content>Handles: immutable records of few types of member, equal by value; and the helpers of all tests.</content>
public abstract partial class ConnectorContractTests
{
    private static readonly Type[] _plain =
    [
        typeof(bool), typeof(byte), typeof(short), typeof(int), typeof(long), typeof(double), typeof(string), typeof(SqlType), typeof(object),
        typeof(TupleDomain), typeof(ConnectorExpression), typeof(ColumnHandle), typeof(TableHandle), typeof(ConnectorAggregate),
        typeof(ConnectorSortKey), typeof(ConnectorWindowCall), typeof(TableProperty), typeof(SchemaTableName), typeof(TableColumn), typeof(DateTimeOffset), typeof(Guid),
    ];

    [Fact]
    public void Handle_types_are_records_that_can_cross_the_wire()
    {
        Assert.NotEmpty(Subject.Factory.HandleTypes);
        foreach (Type type in Subject.Factory.HandleTypes)
        {
            Assert.True(type.GetMethod("<Clone>$") is not null || type.IsValueType, $"{type.Name} is no record");
            Assert.False(type.IsAbstract, $"{type.Name} is abstract");
            foreach (PropertyInfo property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public))
                if (property.SetMethod is not null && property.GetIndexParameters().Length == 0)
                    Assert.True(IsAllowed(property.PropertyType), $"{type.Name}.{property.Name} is a {property.PropertyType}");
            foreach (PropertyInfo property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public))
                Assert.True(
                    property.SetMethod is null || property.SetMethod.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)),
                    $"{type.Name}.{property.Name} can be changed");
        }
    }

    [Fact]
    public async Task Handles_columns_and_splits_are_of_the_declared_types_and_equal_by_value()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        (TableHandle again, IReadOnlyList<ColumnHandle> columnsAgain) = await OpenTableAsync();

        Assert.Equal(handle, again);
        Assert.Equal(handle.GetHashCode(), again.GetHashCode());
        Assert.Equal(columns, columnsAgain);
        Assert.Contains(handle.GetType(), Subject.Factory.HandleTypes);
        foreach (ColumnHandle column in columns)
            Assert.True(column.GetType() == typeof(ColumnHandle) || Subject.Factory.HandleTypes.Contains(column.GetType()));
        List<Split> splits = await SplitsAsync(handle, 4);
        Assert.NotEmpty(splits);
        foreach (Split split in splits)
        {
            Assert.True(split is WholeTableSplit || Subject.Factory.HandleTypes.Contains(split.GetType()), $"{split.GetType()} is not declared");
            Split copy = split with { };
            Assert.Equal(split, copy);
            Assert.Equal(split.GetHashCode(), copy.GetHashCode());
            Assert.NotEqual(split, split with { SizeInBytes = split.SizeInBytes + 1 });
        }
    }

    [Fact]
    public void Unknown_properties_are_errors()
    {
        QueryException error = Assert.Throws<QueryException>(
            () => PropertyBag.Check(Subject.Factory.Name, Subject.Factory.Properties, [new("no-such-property", "1")]));

        Assert.Equal(ErrorCode.InvalidProperty, error.Code);
    }

    protected async Task<(TableHandle Handle, IReadOnlyList<ColumnHandle> Columns)> OpenTableAsync(SchemaTableName? name = null)
    {
        SchemaTableName table = name ?? Subject.Table;
        TableHandle handle = await FindAsync(new(table.Schema, IsExact: true), new(table.Table, IsExact: true))
            ?? throw new InvalidOperationException($"no table {table}");
        TableSchema schema = await Metadata.DescribeAsync(Session, handle, default);
        return (handle, [.. schema.Columns.Where(column => !column.IsHidden).Select(column => column.Handle)]);
    }

    protected Task<List<object?[]>> ReadAsync(
        TableHandle handle, IReadOnlyList<ColumnHandle> columns, int parallelism = 1, IDynamicFilter? filter = null) =>
        RowsAsync(BatchesAsync(handle, columns, parallelism, filter: filter));

    private static async Task<List<object?[]>> RowsAsync(IAsyncEnumerable<RecordBatch> batches)
    {
        var rows = new List<object?[]>();
        await foreach (RecordBatch batch in batches)
            using (batch)
                for (int row = 0; row < batch.RowCount; row++)
                    rows.Add([.. Enumerable.Range(0, batch.ColumnCount).Select(column => batch[column].GetValue(row))]);
        return rows;
    }

    protected async IAsyncEnumerable<RecordBatch> BatchesAsync(
        TableHandle handle,
        IReadOnlyList<ColumnHandle> columns,
        int parallelism = 1,
        MemoryContext? memory = null,
        IDynamicFilter? filter = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (Split split in await SplitsAsync(handle, parallelism))
        {
            var scan = new ScanRequest(Session, handle, split, [.. columns])
            {
                Memory = memory ?? MemoryContext.Unlimited,
                DynamicFilter = filter ?? NoDynamicFilter.Instance,
            };
            await foreach (RecordBatch batch in Subject.Connector.RecordSets.ReadAsync(scan, cancellationToken).WithCancellation(cancellationToken))
                yield return batch;
        }
    }

    private static bool IsAllowed(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain.IsGenericType && plain.GetGenericTypeDefinition() == typeof(ValueList<>))
            plain = plain.GetGenericArguments()[0];
        return _plain.Contains(plain) || plain.IsEnum || plain.GetMethod("<Clone>$") is not null;
    }

    private async Task<List<Split>> SplitsAsync(TableHandle handle, int parallelism)
    {
        var splits = new List<Split>();
        await foreach (Split split in Subject.Connector.Splits.GetSplitsAsync(Session, handle, new SplitRequest { Parallelism = parallelism }, default))
            splits.Add(split);
        return splits;
    }

    private async Task<List<SchemaTableName>> ListAsync(string? schema)
    {
        var tables = new List<SchemaTableName>();
        await foreach (SchemaTableName table in Metadata.ListTablesAsync(Session, schema, default))
            tables.Add(table);
        return tables;
    }

    private ValueTask<TableHandle?> FindAsync(RequestedName schema, RequestedName table) => Metadata.FindTableAsync(Session, schema, table, default);
}
