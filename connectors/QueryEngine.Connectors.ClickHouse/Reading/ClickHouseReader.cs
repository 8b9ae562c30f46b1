using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse.Reading;

/// <summary>
/// One query under way: reads the blocks of its answer and makes batches of them, column by column. Disposing it early kills the query at the server.
/// With no columns given it reads all there are, with the types that the server says.
/// </summary>
internal sealed class ClickHouseReader(
    ClickHouseServer server, ClickHouseInfo info, IReadOnlyList<ColumnHandle>? columns, string table, MemoryContext memory, ScanMetrics metrics) : IAsyncDisposable
{
    private const int LongestError = 16 * 1024;

    private readonly List<(string Type, NativeColumn Column)> _known = [];
    private string _id = "";
    private HttpResponseMessage? _response;
    private NativeInput? _input;
    private RecordBatch? _block;
    private int _taken;
    private bool _isDone;

    /// <summary>Sends the query.</summary>
    public async ValueTask StartAsync(string sql, string queryId, CancellationToken cancellationToken)
    {
        _id = ClickHouseServer.NewId(queryId);
        _response = await server.SendAsync(sql, _id, cancellationToken);
        _input = new NativeInput(await _response.Content.ReadAsStreamAsync(cancellationToken));
        metrics.Add(requests: 1);
    }

    /// <summary>The next rows, or null at the end.</summary>
    public async ValueTask<RecordBatch?> ReadBatchAsync(CancellationToken cancellationToken)
    {
        while (_block is null || _taken == _block.RowCount)
        {
            _block?.Dispose();
            (_block, _taken) = (await ReadBlockAsync(cancellationToken), 0);
            if (_block is null)
                return null;
        }

        if (_taken == 0 && _block.RowCount <= RecordBatch.MaxRows)
        {
            RecordBatch whole = _block;
            _block = null;
            return whole;
        }

        int rows = Math.Min(RecordBatch.MaxRows, _block.RowCount - _taken);
        RecordBatch part = _block.Slice(_taken, rows);
        _taken += rows;
        return part;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _block?.Dispose();
        _block = null;
        if (!_isDone && _response is not null)
            await server.KillAsync(_id);
        _response?.Dispose();
        _input?.Dispose();
    }

    private async ValueTask<RecordBatch?> ReadBlockAsync(CancellationToken cancellationToken)
    {
        if (_isDone)
            return null;
        long before = _input!.BytesRead;
        try
        {
            if (_input.Available.Length == 0 && !await _input.FillAsync(cancellationToken))
            {
                _isDone = true;
                return null;
            }

            await CheckErrorAsync(cancellationToken);
            int count = await _input.ReadNumberAsync(cancellationToken);
            if (columns is not null && count != columns.Count)
                throw new QueryException(ErrorCode.ProtocolViolation, $"a block of {count} columns came where {columns.Count} were asked for");
            int rows = await _input.ReadNumberAsync(cancellationToken);
            return await ReadColumnsAsync(count, rows, cancellationToken);
        }
        catch (Exception exception) when (ClickHouseErrors.IsForeign(exception))
        {
            throw ClickHouseErrors.Unreachable(exception, server.Options);
        }
        finally
        {
            metrics.Add(bytes: _input.BytesRead - before);
        }
    }

    private async ValueTask<RecordBatch> ReadColumnsAsync(int count, int rows, CancellationToken cancellationToken)
    {
        var block = new BlockContext(_input!, memory, cancellationToken);
        var vectors = new List<ColumnVector>();
        try
        {
            for (int column = 0; column < count; column++)
            {
                string name = await _input!.ReadTextAsync(cancellationToken);
                string type = await _input.ReadTextAsync(cancellationToken);
                if (column == _known.Count || _known[column].Type != type)
                {
                    NativeColumn reader = CreateColumn(column, name, type);
                    _known.RemoveRange(column, _known.Count - column);
                    _known.Add((type, reader));
                }

                vectors.Add(await _known[column].Column.ReadAsync(block, rows, nulls: null));
            }

            return new RecordBatch(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(vectors), rows);
        }
        catch
        {
            foreach (ColumnVector vector in vectors)
                vector.Dispose();
            throw;
        }
    }

    private NativeColumn CreateColumn(int column, string name, string type)
    {
        ClickHouseType wire = ClickHouseType.Parse(type);
        SqlType target = columns is not null ? columns[column].Type
            : ClickHouseTypes.ToType(wire, info, stringIsBinary: false) ?? throw QueryException.NotSupported($"reading {type} from ClickHouse");
        return NativeColumn.Create(wire, target, $"column {(columns is null ? name : columns[column].Name)} of table {table}");
    }

    // The head of the answer has said that all is well; what goes wrong later comes as text, where a block would begin.
    private async ValueTask CheckErrorAsync(CancellationToken cancellationToken)
    {
        byte first = _input!.Available[0];
        if (first is not ((byte)'C' or (byte)'\r' or (byte)'_'))
            return;
        while (_input.Available.Length < 5 && await _input.FillAsync(cancellationToken))
        {
        }

        if (!_input.Available.StartsWith("Code:"u8) && !_input.Available.StartsWith("\r\n__e"u8) && !_input.Available.StartsWith("__exc"u8))
            return;
        while (_input.Available.Length < LongestError && await _input.FillAsync(cancellationToken))
        {
        }

        _isDone = true;
        ReadOnlySpan<byte> said = _input.Available;
        throw ClickHouseErrors.OfServer(Encoding.UTF8.GetString(said[..Math.Min(said.Length, LongestError)]), server.Options);
    }
}
