using QueryEngine.Connectors.Memory;
using QueryEngine.Connectors.System;
using QueryEngine.Connectors.Tests.Memory;
using QueryEngine.Connectors.Tests.SystemTables;
using QueryEngine.Connectors.Tpch;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Tests.Contract;

public sealed class TpchContractTests : ConnectorContractTests
{
    protected override ValueTask<ContractSubject> OpenAsync() =>
        new(new ContractSubject(new TpchConnectorFactory(), new TpchConnector(), new SchemaTableName("tiny", "supplier")) { LargeTable = new("tiny", "lineitem") });
}

public sealed class MemoryContractTests : ConnectorContractTests
{
    protected override async ValueTask<ContractSubject> OpenAsync()
    {
        (string, SqlType)[] columns = [("id", SqlType.Integer), ("Name", SqlType.Varchar), ("big", SqlType.BigInt), ("ratio", SqlType.Double), ("exact", SqlType.Decimal(38, 2))];
        MemoryCatalog catalog = await MemoryCatalog.WithTableAsync("Things", columns);
        object?[][] rows =
        [
            .. Enumerable.Range(0, 300).Select(row => new object?[]
            {
                row,
                row % 4 == 0 ? null : row % 4 == 1 ? "it's \\ %_ é 😀" : $"name{row % 7}",
                row % 3 == 0 ? null : row % 3 == 1 ? long.MaxValue : long.MinValue,
                row % 5 == 0 ? null : row % 5 == 1 ? double.NaN : row / 8.0,
                row % 5 == 0 ? null : (Int128)row - 150,
            }),
        ];
        await catalog.InsertAsync("Things", MemoryCatalog.Columns(columns), rows);
        await catalog.CreateAsync("a \"b\" ' c", ("x", SqlType.Integer));
        await catalog.InsertAsync("a \"b\" ' c", MemoryCatalog.Columns(("x", SqlType.Integer)), [1]);
        return new ContractSubject(new MemoryConnectorFactory(), catalog.Connector, MemoryCatalog.Name("Things"))
        {
            Rows = rows,
            SharesItsMemory = true,
            HostileTables = [MemoryCatalog.Name("a \"b\" ' c")],
        };
    }
}

public sealed class SystemContractTests : ConnectorContractTests
{
    protected override async ValueTask<ContractSubject> OpenAsync()
    {
        IConnectorFactory factory = new SystemConnectorFactory(new TwoCatalogs(new MemoryCatalog().Connector));
        IConnector connector = await factory.CreateAsync(new ConnectorContext("system"), PropertyBag.Check("system", factory.Properties, []), default);
        return new ContractSubject(factory, connector, new SchemaTableName("metadata", "tables"));
    }
}
