using System.Globalization;
using System.Text;
using QueryEngine.Connectors.Formats;
using QueryEngine.Connectors.Formats.Parquet;
using QueryEngine.Connectors.Formats.Parquet.Encodings;
using QueryEngine.Connectors.Tests.Servers;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.Tests.Formats;

/// <summary>Bloom filters that DuckDB wrote leave out row groups without a value, and never one with it.</summary>
public sealed class BloomFilterTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.parquet");

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("message digest", 0x066ED728FCEEB3BE)]
    [InlineData("abcdefghijklmnopqrstuvwxyz", 0xCFE1F278FA89835C)]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 0xAAA46907D3047814)]
    public void Hashes_are_those_of_the_reference(string text, ulong expected) =>
        Assert.Equal(expected, XxHash64.Hash(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public async Task Values_that_are_there_are_found_and_most_others_are_not()
    {
        await ForeignReader.QueryAsync(
            $"""
            COPY (SELECT (i % 500) * 1000 AS i32, ((i % 500) * 1000)::BIGINT AS i64, 'value ' || ((i % 500) * 1000) AS t
                  FROM (SELECT i::INTEGER AS i FROM range(20000) r(i)))
            TO '{_path}' (FORMAT parquet, ROW_GROUP_SIZE 20000)
            """);
        using ByteSource source = ByteSource.OpenFile(_path);
        ParquetFile footer = ParquetFile.Open(source);
        Assert.Equal(1, footer.RowGroupCount);
        Assert.All(footer.Metadata.RowGroups[0].Columns, column => Assert.NotNull(column.BloomFilterOffset));
        int leftOut = 0;

        for (int number = 0; number < 500; number++)
        {
            Assert.True(MayMatch("i32", number * 1000));
            Assert.True(MayMatch("i64", number * 1000L));
            Assert.True(MayMatch("t", "value " + (number * 1000).ToString(CultureInfo.InvariantCulture)));
            leftOut += MayMatch("i32", (number * 1000) + 7) ? 0 : 1;
            leftOut += MayMatch("i64", (number * 1000L) + 7) ? 0 : 1;
            leftOut += MayMatch("t", "value " + ((number * 1000) + 7).ToString(CultureInfo.InvariantCulture)) ? 0 : 1;
        }
        Assert.True(leftOut > 1350, $"{leftOut} of 1500 left out");

        bool MayMatch(string column, object value) =>
            ParquetBloomFilters.MayMatch(source, footer, 0, new TupleDomain([new ColumnDomain(column, Domain.Of(value))]));
    }
}
