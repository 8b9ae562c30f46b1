using System.Buffers;
using QueryEngine.Arrow;
using QueryEngine.Spi;

namespace QueryEngine.Wire.Tests.Arrow;

/// <summary>Our Arrow writer against our reader.</summary>
public sealed class ArrowRoundTripTests
{
    private readonly MemoryContext _memory = new("test");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Stream_gives_back_types_and_values(int count)
    {
        object?[][] rows = SampleBatches.Rows(count, seed: count);
        using var stream = new MemoryStream();
        using (var writer = new ArrowStreamWriter(stream, SampleBatches.Schema, _memory))
        {
            using RecordBatch batch = SampleBatches.Batch(rows, _memory);
            await writer.WriteAsync(batch);
            await writer.WriteAsync(batch);
            await writer.FinishAsync();
        }

        (ArrowSchema schema, List<object?[]> read) = await ReadStreamAsync(stream);

        Assert.Equal(SampleBatches.Schema, schema);
        Assert.Equal([.. rows, .. rows], read);
        Assert.Equal(0, _memory.Bytes);
    }

    [Fact]
    public async Task Stream_without_batches_has_a_schema()
    {
        using var stream = new MemoryStream();
        using (var writer = new ArrowStreamWriter(stream, SampleBatches.Schema, _memory))
            await writer.FinishAsync();

        (ArrowSchema schema, List<object?[]> read) = await ReadStreamAsync(stream);

        Assert.Equal(SampleBatches.Schema, schema);
        Assert.Empty(read);
    }

    [Fact]
    public async Task File_gives_back_any_batch()
    {
        object?[][] first = SampleBatches.Rows(100, seed: 1), second = SampleBatches.Rows(33, seed: 2);
        using var stream = new MemoryStream();
        using (var writer = new ArrowFileWriter(stream, SampleBatches.Schema, _memory))
        {
            foreach (object?[][] rows in (object?[][][])[first, second])
            {
                using RecordBatch batch = SampleBatches.Batch(rows, _memory);
                await writer.WriteAsync(batch);
            }

            await writer.FinishAsync();
        }

        using ArrowFileReader reader = await ArrowFileReader.OpenAsync(stream, _memory);
        using RecordBatch last = await reader.ReadBatchAsync(1);

        Assert.Equal(SampleBatches.Schema.Fields, reader.Schema.Fields);
        Assert.Equal(2, reader.BatchCount);
        Assert.Equal(second, SampleBatches.RowsOf(last));
    }

    [Fact]
    public void Slices_constants_and_dictionaries_come_back_as_their_rows()
    {
        object?[][] rows = SampleBatches.Rows(200, seed: 3);
        using RecordBatch whole = SampleBatches.Batch(rows, _memory);
        int[] picked = [.. Enumerable.Range(0, 100).Select(row => (row * 37) % 200)];
        using RecordBatch slice = whole.Slice(13, 100);
        using var selected = new RecordBatch([.. whole.Columns.ToArray().Select(column => DictionaryVector.Select(column, picked, _memory))], 100);
        using var constant = new RecordBatch(
            [.. whole.Columns.ToArray().Select(column => (ColumnVector)new ConstantVector(column.Slice(5, 1), 100))], 100);

        Assert.Equal(rows[13..113], RoundTrip(slice));
        Assert.Equal(picked.Select(row => rows[row]), RoundTrip(selected));
        Assert.Equal(Enumerable.Repeat(rows[5], 100), RoundTrip(constant));
    }

    [Fact]
    public void Dictionary_is_sent_once_and_again_when_it_changes()
    {
        ArrowSchema schema = new([new ArrowField("word", SqlType.Varchar)]);
        using ColumnVector colors = VectorBuilder.FromBoxed(SqlType.Varchar, ["red", null, "blue"], _memory);
        using ColumnVector others = VectorBuilder.FromBoxed(SqlType.Varchar, ["x", "y"], _memory);
        using ColumnVector flat = VectorBuilder.FromBoxed(SqlType.Varchar, Enumerable.Range(0, 50).Select(row => $"flat {row}"), _memory);
        using var encoder = new ArrowEncoder(schema, _memory);
        using var decoder = new ArrowDecoder(_memory);
        int[] counts = new int[4];
        List<object?> read = [];

        int step = 0;
        foreach (ColumnVector column in (ColumnVector[])[Words(colors), Words(colors), Words(others), flat])
        {
            if (column == flat)
                flat.Retain();
            using var batch = new RecordBatch([column], column.Length);
            foreach (ArrowMessage message in encoder.Encode(batch))
            {
                using (message)
                {
                    using RecordBatch? decoded = decoder.Decode(message);
                    counts[step]++;
                    if (decoded is not null)
                    {
                        Assert.IsType<DictionaryVector>(decoded[0]);
                        read.AddRange(SampleBatches.RowsOf(decoded).Select(row => row[0]));
                    }
                }
            }

            step++;
        }

        Assert.Equal([3, 1, 2, 2], counts);
        Assert.Equal(["red", null, "blue", null], read[..4]);
        Assert.Equal(["x", "y", "x", "y"], read[80..84]);
        Assert.Equal("flat 49", read[^1]);

        ColumnVector Words(ColumnVector dictionary)
        {
            NativeBuffer indices = _memory.Allocate(40 * sizeof(int));
            for (int row = 0; row < 40; row++)
                indices.Span<int>(40)[row] = row % (dictionary.Length == 3 ? 4 : 2) % dictionary.Length;
            NativeBuffer? validity = null;
            if (dictionary.Length == 3)
            {
                validity = _memory.AllocateCleared(5);
                for (int row = 0; row < 40; row++)
                    validity.Bytes[row >> 3] |= (byte)((row % 4 is 0 or 2 ? 1 : 0) << (row & 7));
            }

            dictionary.Retain();
            return new DictionaryVector(dictionary, 40, indices, validity);
        }
    }

    [Fact]
    public void Flight_data_carries_a_message_whole()
    {
        object?[][] rows = SampleBatches.Rows(50, seed: 4);
        using RecordBatch batch = SampleBatches.Batch(rows, _memory);
        using var encoder = new ArrowEncoder(SampleBatches.Schema, _memory);
        using var decoder = new ArrowDecoder(_memory);
        List<object?[]> read = [];
        foreach (ArrowMessage message in encoder.Encode(batch))
        {
            using var data = new FlightData(message, descriptor: new byte[] { 1 }, appMetadata: new byte[] { 2, 3 });
            var writer = new ArrayBufferWriter<byte>();
            data.Write(writer);
            Assert.Equal(data.Measure(), writer.WrittenCount);

            using FlightData copy = FlightData.Read(new ReadOnlySequence<byte>(writer.WrittenMemory), _memory);
            Assert.Equal([2, 3], copy.AppMetadata.ToArray());
            using RecordBatch? decoded = decoder.Decode(copy.Message);
            if (decoded is not null)
                read.AddRange(SampleBatches.RowsOf(decoded));
        }

        Assert.Equal(rows, read);
    }

    [Fact]
    public void Fixed_width_columns_are_windows_into_the_body()
    {
        using ColumnVector numbers = VectorBuilder.FromBoxed(SqlType.BigInt, Enumerable.Range(0, 1000).Select(row => (object?)(long)row), _memory);
        numbers.Retain();
        using var batch = new RecordBatch([numbers], 1000);
        using var encoder = new ArrowEncoder(new ArrowSchema([new ArrowField("n", SqlType.BigInt)]), _memory);
        using var decoder = new ArrowDecoder(_memory);
        IReadOnlyList<ArrowMessage> messages = encoder.Encode(batch);
        decoder.Decode(messages[0]);
        long before = _memory.Bytes;

        using RecordBatch decoded = decoder.Decode(messages[1])!;
        foreach (ArrowMessage message in messages)
            message.Dispose();

        Assert.Equal(before, _memory.Bytes);
        Assert.Equal(999L, decoded[0].GetValue(999));
    }

    [Fact]
    public async Task Damaged_streams_are_errors_and_nothing_worse()
    {
        using var stream = new MemoryStream();
        using (var writer = new ArrowStreamWriter(stream, SampleBatches.Schema, _memory))
        {
            using RecordBatch batch = SampleBatches.Batch(SampleBatches.Rows(20, seed: 5), _memory);
            await writer.WriteAsync(batch);
            await writer.FinishAsync();
        }

        byte[] good = stream.ToArray();
        var random = new Random(42);
        int refused = 0;
        for (int attempt = 0; attempt < 1500; attempt++)
        {
            byte[] bad = (byte[])good.Clone();
            for (int flips = 0; flips < 3; flips++)
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            if (attempt % 10 == 0)
                bad = bad[..random.Next(bad.Length)];
            try
            {
                using var limited = new MemoryStream(bad);
                using var reader = new ArrowStreamReader(limited, new MemoryContext("limited", 64 << 20));
                await foreach (RecordBatch batch in reader.ReadAsync())
                {
                    using (batch)
                        SampleBatches.RowsOf(batch);
                }
            }
            catch (QueryException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 100, 1500);
    }

    private object?[][] RoundTrip(RecordBatch batch)
    {
        using var encoder = new ArrowEncoder(SampleBatches.Schema, _memory);
        using var decoder = new ArrowDecoder(_memory);
        object?[][] rows = [];
        foreach (ArrowMessage message in encoder.Encode(batch))
        {
            using (message)
            {
                using RecordBatch? decoded = decoder.Decode(message);
                if (decoded is not null)
                    rows = SampleBatches.RowsOf(decoded);
            }
        }

        return rows;
    }

    private async Task<(ArrowSchema Schema, List<object?[]> Rows)> ReadStreamAsync(MemoryStream stream)
    {
        stream.Position = 0;
        using var reader = new ArrowStreamReader(stream, _memory);
        List<object?[]> rows = [];
        await foreach (RecordBatch batch in reader.ReadAsync())
        {
            using (batch)
                rows.AddRange(SampleBatches.RowsOf(batch));
        }

        return (await reader.ReadSchemaAsync(), rows);
    }
}
