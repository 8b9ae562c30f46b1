using System.Runtime.CompilerServices;
using QueryEngine.Connectors.Tpch.Generation;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Tpch;

/// <summary>Generates the columns that are asked for, straight into native memory.</summary>
internal sealed class TpchRecordSetProvider : IRecordSetProvider
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordBatch> ReadAsync(
        ScanRequest scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        var table = (TpchTableHandle)scan.Table;
        var split = (TpchSplit)scan.Split;
        TpchTableHandle rows = (table with { FirstGroup = split.FirstGroup, EndGroup = split.EndGroup })
            .Narrow(scan.DynamicFilter.Current);
        var generator = new TableGenerator(table.Kind, table.Scale, rows.FirstGroup, rows.EndGroup, RecordBatch.MaxRows);
        ColumnWriter[] writers = [.. scan.Columns.Select(column => ColumnWriter.Create(column, generator, scan.Memory))];
        try
        {
            while (!cancellationToken.IsCancellationRequested && generator.MoveNext())
            {
                RecordBatch batch = MakeBatch(writers, generator.Window);
                scan.Metrics.Add(bytes: batch.SizeInBytes, rowsRead: batch.RowCount);
                yield return batch;
            }
        }
        finally
        {
            foreach (ColumnWriter writer in writers)
                writer.Dispose();
        }
    }

    private static RecordBatch MakeBatch(ColumnWriter[] writers, RowWindow window)
    {
        var columns = new ColumnVector[writers.Length];
        int made = 0;
        try
        {
            for (; made < writers.Length; made++)
                columns[made] = writers[made].Write(window);
        }
        catch
        {
            foreach (ColumnVector column in columns.AsSpan(0, made))
                column.Dispose();
            throw;
        }

        return new RecordBatch(columns, window.RowCount);
    }

    /// <summary>Makes the vectors of one column.</summary>
    private abstract class ColumnWriter : IDisposable
    {
        public static ColumnWriter Create(ColumnHandle column, TableGenerator generator, MemoryContext memory) =>
            generator.Column(column.Name) switch
            {
                LongColumn source => new LongWriter(column.Type, source, memory),
                IntColumn source => new IntWriter(column.Type, source, memory),
                CodeColumn source => new CodeWriter(column.Type, source, memory),
                TextColumn source => new TextWriter(column.Type, source, memory),
                var source => throw new InvalidOperationException($"no vectors for {source.GetType().Name}"),
            };

        public abstract ColumnVector Write(RowWindow window);

        public virtual void Dispose()
        {
        }
    }

    private sealed class LongWriter(SqlType type, LongColumn source, MemoryContext memory) : ColumnWriter
    {
        public override ColumnVector Write(RowWindow window)
        {
            NativeBuffer values = memory.Allocate((long)window.RowCount * sizeof(long));
            source.Fill(window, values.Span<long>(window.RowCount));
            return new FixedWidthVector<long>(type, window.RowCount, values);
        }
    }

    private sealed class IntWriter(SqlType type, IntColumn source, MemoryContext memory) : ColumnWriter
    {
        public override ColumnVector Write(RowWindow window)
        {
            NativeBuffer values = memory.Allocate((long)window.RowCount * sizeof(int));
            source.Fill(window, values.Span<int>(window.RowCount));
            return new FixedWidthVector<int>(type, window.RowCount, values);
        }
    }

    /// <summary>All vectors share one dictionary, so that codes mean the same throughout the split.</summary>
    private sealed class CodeWriter(SqlType type, CodeColumn source, MemoryContext memory) : ColumnWriter
    {
        private readonly ColumnVector _dictionary = VectorBuilder.FromBoxed(type, source.Words, memory);

        public override ColumnVector Write(RowWindow window)
        {
            NativeBuffer codes = memory.Allocate((long)window.RowCount * sizeof(int));
            source.Fill(window, codes.Span<int>(window.RowCount));
            _dictionary.Retain();
            return new DictionaryVector(_dictionary, window.RowCount, codes);
        }

        public override void Dispose()
        {
            base.Dispose();
            _dictionary.Dispose();
        }
    }

    private sealed class TextWriter(SqlType type, TextColumn source, MemoryContext memory) : ColumnWriter
    {
        private byte[] _scratch = [];

        public override ColumnVector Write(RowWindow window)
        {
            Span<byte> bytes = Scratch.Take(ref _scratch, window.RowCount * source.MaxLength);
            NativeBuffer offsets = memory.Allocate((window.RowCount + 1L) * sizeof(int));
            Span<int> starts = offsets.Span<int>(window.RowCount + 1);
            source.Fill(window, starts, bytes);

            int length = starts[window.RowCount];
            NativeBuffer data;
            try
            {
                data = memory.Allocate(length);
            }
            catch (QueryException)
            {
                offsets.Dispose();
                throw;
            }

            bytes[..length].CopyTo(data.Span<byte>(length));
            return new BytesVector(type, window.RowCount, offsets, data);
        }
    }
}
