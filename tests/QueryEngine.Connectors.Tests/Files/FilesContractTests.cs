using System.Globalization;
using System.Text;
using QueryEngine.Connectors.Files;
using QueryEngine.Connectors.Tests.Formats;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Tests.Files;

/// <summary>The contract of connectors, over a Parquet file of all scalar types.</summary>
public sealed class ParquetFilesContractTests : FilesContractTests
{
    protected override string Table => "Scalars";

    protected override void WriteTable(string root) =>
        File.Copy(Path.Combine(ParquetFixtureTests.Data, "duckdb_v1_snappy.parquet"), Path.Combine(root, "Scalars.parquet"));
}

/// <summary>The contract of connectors, over text files in folders with keys.</summary>
public sealed class TextFilesContractTests : FilesContractTests
{
    protected override string Table => "Sales";

    protected override void WriteTable(string root)
    {
        foreach (string year in new[] { "2024", "2025" })
        {
            var text = new StringBuilder("id,name,price,day,ratio\n");
            for (int row = 0; row < 100; row++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{row},{(row % 5 == 0 ? "" : $"\"na,me {row % 9}\"")},{(row % 7 == 0 ? "" : $"{row}.25")},");
                text.Append(CultureInfo.InvariantCulture, $"2020-01-{1 + row % 28:00},{row / 3.0:R}\n");
            }
            string folder = Directory.CreateDirectory(Path.Combine(root, "Sales", "year=" + year)).FullName;
            File.WriteAllText(Path.Combine(folder, "part.csv"), text.ToString());
        }
    }
}

/// <summary>A folder with one table and some of hostile names.</summary>
public abstract class FilesContractTests : ConnectorContractTests, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("files").FullName;

    protected abstract string Table { get; }

    public void Dispose()
    {
        Directory.Delete(_root, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void WriteTable(string root);

    protected override async ValueTask<ContractSubject> OpenAsync()
    {
        WriteTable(_root);
        await File.WriteAllTextAsync(Path.Combine(_root, "a \"b\" ' c.csv"), "word\nx\n");
        IConnectorFactory factory = new FilesConnectorFactory();
        PropertyBag properties = PropertyBag.Check("connector files", factory.Properties, [new("root", _root), new("split-bytes", "500")]);
        IConnector connector = await factory.CreateAsync(new ConnectorContext("lake"), properties, default);
        return new ContractSubject(factory, connector, new SchemaTableName("default", Table))
        {
            HostileTables = [new("default", "a \"b\" ' c")],
        };
    }
}
