using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using QueryEngine.Connectors.Formats;
using QueryEngine.Connectors.Formats.Compression;
using QueryEngine.Connectors.Formats.Parquet.Columns;
using QueryEngine.Connectors.Formats.Parquet.Encodings;
using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Connectors.Formats.Parquet.Schema;
using QueryEngine.Connectors.Formats.Text;
using Xunit;

namespace QueryEngine.Connectors.Tests.Formats;

/// <summary>The small parts that formats are made of.</summary>
public sealed unsafe class CodecTests
{
    [Fact]
    public void Bit_packed_numbers_of_every_width_read_back_from_any_place()
    {
        var random = new Random(1);
        using var packed = new NativeScratch();
        using var target = new NativeScratch();
        for (int width = 0; width <= 32; width++)
        {
            uint[] values = [.. Enumerable.Range(0, 200).Select(_ => (uint)(random.NextInt64() & ((1L << width) - 1)))];
            byte* bytes = packed.Ensure(1024);
            new Span<byte>(bytes, 1024).Clear();
            for (int value = 0; value < values.Length; value++)
            {
                for (int bit = 0; bit < width; bit++)
                    Bits.Set(bytes, value * width + bit, (values[value] >> bit & 1) != 0);
            }

            foreach (int first in new[] { 0, 1, 7, 8, 13 })
            {
                int* output = (int*)target.Ensure(1024);
                BitUnpacker.Unpack(bytes, first, width, output, 150);
                Assert.Equal(values.Skip(first).Take(150), new Span<uint>(output, 150).ToArray());
            }
        }
    }

    [Fact]
    public void Snappy_reads_literals_and_copies_of_every_distance()
    {
        // "ab" then copies that overlap themselves at distances 1 to 20.
        var compressed = new List<byte>();
        var plain = new List<byte>();
        AddLiteral(compressed, plain, [.. Enumerable.Range(0, 70).Select(value => (byte)value)]);
        for (int offset = 1; offset <= 20; offset++)
        {
            compressed.Add((byte)(((33 - 1) << 2) | 2));
            compressed.Add((byte)offset);
            compressed.Add(0);
            for (int copied = 0; copied < 33; copied++)
                plain.Add(plain[^offset]);
        }
        byte[] input = [.. Varint(plain.Count), .. compressed];

        Assert.Equal(plain, Decompress(input, plain.Count, (source, length, target, wanted) => Snappy.TryDecompress(source, length, target, wanted)));
    }

    [Fact]
    public void Snappy_refuses_a_copy_from_before_the_start()
    {
        byte[] input = [.. Varint(5), 0, (byte)'a', ((4 - 1) << 2) | 2, 2, 0];

        Assert.Null(Decompress(input, 5, (source, length, target, wanted) => Snappy.TryDecompress(source, length, target, wanted)));
    }

    [Fact]
    public void Lz4_reads_hadoop_frames_of_several_blocks()
    {
        byte[] block = [0x50, .. "hello"u8];
        byte[] input = [0, 0, 0, 5, 0, 0, 0, 6, .. block, 0, 0, 0, 5, 0, 0, 0, 6, .. block];

        Assert.Equal("hellohello"u8.ToArray(), Decompress(input, 10, (source, length, target, wanted) => Lz4.TryDecompressHadoop(source, length, target, wanted)));
    }

    [Fact]
    public void An_int96_is_a_julian_day_and_nanoseconds()
    {
        byte[] bytes = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, 3_600_000_000_123);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), 2_440_588 - 1);
        fixed (byte* data = bytes)
            Assert.Equal(-86_400_000_000 + 3_600_000_000, Int96ToMicros.Convert(data, 12));
    }

    [Theory]
    [InlineData("array")]
    [InlineData("tags_tuple")]
    public void An_old_list_whose_group_is_its_element_has_rows_as_elements(string repeatedName)
    {
        ParquetNode[] columns = SchemaBuilder.Build(
        [
            new() { Name = "root", ChildCount = 1 },
            new() { Name = "tags", Repetition = Repetition.Optional, ConvertedType = ConvertedType.List, ChildCount = 1 },
            new() { Name = repeatedName, Repetition = Repetition.Repeated, ChildCount = 1 },
            new() { Name = "v", Repetition = Repetition.Optional, Type = ParquetType.Int32 },
        ]);

        Assert.Equal("array(row(\"v\" integer))", columns[0].Type.ToString());
        Assert.Equal(3, columns[0].FirstLeaf.MaxDefinition);
        Assert.Equal(1, columns[0].FirstLeaf.MaxRepetition);
    }

    [Fact]
    public void A_bare_repeated_field_is_a_list_that_is_never_null()
    {
        ParquetNode[] columns = SchemaBuilder.Build(
        [
            new() { Name = "root", ChildCount = 2 },
            new() { Name = "numbers", Repetition = Repetition.Repeated, Type = ParquetType.Int64 },
            new() { Name = "two", Repetition = Repetition.Optional, ConvertedType = ConvertedType.List, ChildCount = 1 },
            new() { Name = "element", Repetition = Repetition.Repeated, Type = ParquetType.Int32 },
        ]);

        Assert.Equal("array(bigint)", columns[0].Type.ToString());
        Assert.Equal(columns[0].SlotDefinition, columns[0].PresentDefinition);
        Assert.Equal("array(integer)", columns[1].Type.ToString());
        Assert.Equal(2, columns[1].FirstLeaf.MaxDefinition);
    }

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("-17", -17L)]
    [InlineData("+5", 5L)]
    [InlineData("12345678", 12345678L)]
    [InlineData("1234567890123456", 1234567890123456L)]
    [InlineData("123456789012345678", 123456789012345678L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("9223372036854775808", null)]
    [InlineData("12a", null)]
    [InlineData("1:", null)]
    [InlineData("-", null)]
    [InlineData("1.0", null)]
    public void Parses_whole_numbers(string text, long? expected)
    {
        bool isValid = WithBytes(text, (bytes, length) => TextParsers.TryParseLong(bytes, length, out long value) ? value : (long?)null, out long? parsed);

        Assert.True(isValid);
        Assert.Equal(expected, parsed);
    }

    [Theory]
    [InlineData("1.25", 2, 125L)]
    [InlineData("-0.5", 2, -50L)]
    [InlineData(".5", 1, 5L)]
    [InlineData("7", 2, 700L)]
    [InlineData("7.", 2, 700L)]
    [InlineData("1.230", 2, 123L)]
    [InlineData("1.234", 2, null)]
    [InlineData("123456789012345.67", 2, 12345678901234567L)]
    [InlineData("", 2, null)]
    [InlineData(".", 2, null)]
    public void Parses_decimals(string text, int scale, long? expected)
    {
        WithBytes(text, (bytes, length) => TextParsers.TryParseDecimal(bytes, length, scale, out long value) ? value : (long?)null, out long? parsed);

        Assert.Equal(expected, parsed);
    }

    [Theory]
    [InlineData("0.1")]
    [InlineData("-3.14159265358979")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("1e-320")]
    [InlineData("9007199254740993.0")]
    public void Parses_doubles_as_the_framework_does(string text)
    {
        WithBytes(text, (bytes, length) => TextParsers.TryParseDouble(bytes, length, out double value) ? BitConverter.DoubleToInt64Bits(value) : (long?)null, out long? parsed);

        Assert.Equal(BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)), parsed);
    }

    [Theory]
    [InlineData("1970-01-01", 0L)]
    [InlineData("1969-12-31", -1L)]
    [InlineData("2000-02-29", 11016L)]
    [InlineData("0001-01-01", -719162L)]
    [InlineData("1900-02-29", null)]
    [InlineData("2020-13-01", null)]
    [InlineData("2020-1-01", null)]
    public void Parses_dates(string text, long? expected)
    {
        WithBytes(text, (bytes, length) => TextParsers.TryParseDate(bytes, length, out int value) ? value : (long?)null, out long? parsed);

        Assert.Equal(expected, parsed);
    }

    [Theory]
    [InlineData("1970-01-02 00:00:01", 86_401_000_000L)]
    [InlineData("1970-01-01T00:00:00.5", 500_000L)]
    [InlineData("1970-01-01 01:00+01:00", 0L)]
    [InlineData("1970-01-01T00:00:00Z", 0L)]
    [InlineData("1970-01-01 24:00:00", null)]
    [InlineData("1970-01-01 00:00:00.1234567", null)]
    public void Parses_timestamps(string text, long? expected)
    {
        WithBytes(text, (bytes, length) => TextParsers.TryParseTimestamp(bytes, length, out long value, out _) ? value : (long?)null, out long? parsed);

        Assert.Equal(expected, parsed);
    }

    private delegate bool Decompressor(byte* source, int length, byte* target, int wanted);

    private delegate long? Parser(byte* bytes, int length);

    private static bool WithBytes(string text, Parser parse, out long? parsed)
    {
        using var scratch = new NativeScratch();
        byte* bytes = scratch.Ensure(256);
        new Span<byte>(bytes, 256).Fill((byte)'9');
        int length = Encoding.UTF8.GetBytes(text, new Span<byte>(bytes, 256));
        parsed = parse(bytes, length);
        return true;
    }

    private static byte[]? Decompress(byte[] input, int length, Decompressor decompress)
    {
        using var source = new NativeScratch();
        using var target = new NativeScratch();
        input.CopyTo(new Span<byte>(source.Ensure(input.Length), input.Length));
        byte* output = target.Ensure(length);
        return decompress(source.Pointer, input.Length, output, length) ? new Span<byte>(output, length).ToArray() : null;
    }

    private static void AddLiteral(List<byte> compressed, List<byte> plain, byte[] literal)
    {
        compressed.Add(60 << 2);
        compressed.Add((byte)(literal.Length - 1));
        compressed.AddRange(literal);
        plain.AddRange(literal);
    }

    private static byte[] Varint(int value) => value < 128 ? [(byte)value] : [(byte)(value | 0x80), .. Varint(value >> 7)];
}
