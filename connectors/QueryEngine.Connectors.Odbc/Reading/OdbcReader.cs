using System.Runtime.InteropServices;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Odbc.Native;
using QueryEngine.Connectors.Odbc.Writing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.Reading;

/// <summary>One query under way: the driver fills blocks of rows, column by column, which become vectors.</summary>
internal sealed unsafe class OdbcReader : IDisposable
{
    private const int MostRows = 1024;
    private const int BlockBytes = 4 << 20;
    private const int LongestBound = 256 << 10;
    private const int MaxBatchBytes = 8 << 20;

    private readonly OdbcPool _pool;
    private readonly OdbcConnection _connection;
    private readonly OdbcStatement _statement;
    private readonly OdbcParameters? _parameters;
    private readonly BatchBuilder _builder;
    private readonly List<OdbcColumn> _columns = [];
    private readonly BytesBuilder[] _bytes;
    private readonly ulong* _fetched;
    private readonly CancellationTokenRegistration _cancel;
    private readonly bool _knowsSizes;
    private int _block = MostRows;
    private int _firstAsked;
    private bool _isDone;

    /// <summary>Runs the query. It blocks until the source has the first rows.</summary>
    public OdbcReader(OdbcPool pool, SqlText sql, IReadOnlyList<ColumnHandle> columns, bool zeroIsNull, MemoryContext memory, CancellationToken cancellationToken)
    {
        _pool = pool;
        _connection = pool.Rent();
        _knowsSizes = _connection.KnowsSizes();
        _builder = new BatchBuilder(columns.Select(column => column.Type), memory);
        _bytes = [.. _builder.Columns.OfType<BytesBuilder>()];
        _fetched = (ulong*)NativeMemory.AllocZeroed(sizeof(ulong));
        try
        {
            _statement = _connection.CreateStatement();
            _cancel = _statement.CancelOn(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            _statement.TrySet(OdbcLibrary.AttributeNoScan, 1);
            if (sql.Parameters.Count > 0)
            {
                _parameters = new OdbcParameters(_statement, [.. sql.Parameters.Select(parameter => parameter.Type)], rows: 1, pool.Target.IsNarrowTextUtf8);
                _parameters.Set([.. sql.Parameters.Select(parameter => parameter.Value)]);
            }

            _statement.Execute(sql.ToString());
            Bind(columns, zeroIsNull);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The next rows, or null at the end.</summary>
    public RecordBatch? ReadBatch()
    {
        while (!_isDone && _builder.RowCount + _block <= RecordBatch.MaxRows && !HoldsEnough())
        {
            *_fetched = (ulong)_block;
            if (!_statement.Fetch())
            {
                _isDone = true;
                break;
            }

            int rows = (int)*_fetched;
            for (int column = 0; column < _columns.Count; column++)
            {
                if (column < _firstAsked)
                    _columns[column].Decode(rows);
                else
                    _columns[column].Ask(_statement, column + 1);
            }

            for (int row = 0; row < rows; row++)
                _builder.EndRow();
        }

        return _builder.RowCount == 0 ? null : _builder.Build();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cancel.Dispose();
        _statement?.Dispose();
        _parameters?.Dispose();
        foreach (OdbcColumn column in _columns)
            column.Dispose();
        NativeMemory.Free(_fetched);
        _builder.Dispose();
        _pool.Return(_connection);
    }

    // A column without a known length is asked for row by row, and so are those behind it: few drivers give them in another order.
    private void Bind(IReadOnlyList<ColumnHandle> columns, bool zeroIsNull)
    {
        if (_statement.ColumnCount < columns.Count)
            throw new QueryException(ErrorCode.ProtocolViolation, $"{_pool.Target.Name} gives {_statement.ColumnCount} columns where {columns.Count} were asked for");
        long rowBytes = 0;
        for (int column = 0; column < columns.Count; column++)
        {
            _columns.Add(Create(columns[column], _statement.Describe(column + 1), _builder[column], zeroIsNull));
            rowBytes += _columns[column].Width;
        }

        _firstAsked = _columns.FindIndex(column => column.IsLong);
        bool asks = _firstAsked >= 0;
        _firstAsked = asks ? _firstAsked : _columns.Count;
        _block = asks ? 1 : (int)Math.Clamp(BlockBytes / Math.Max(1, rowBytes), 1, MostRows);
        if (_block > 1 && !_statement.TrySet(OdbcLibrary.AttributeRowArraySize, _block))
            _block = 1;
        _statement.SetPointer(OdbcLibrary.AttributeRowsFetched, _fetched);
        for (int column = 0; column < _columns.Count; column++)
        {
            if (column < _firstAsked)
                _columns[column].Bind(_statement, column + 1, _block);
            else
                _columns[column].AllocateOne();
        }
    }

    private OdbcColumn Create(ColumnHandle column, OdbcColumnDescription described, VectorBuilder builder, bool zeroIsNull)
    {
        SqlType type = column.Type;
        bool isUtf8 = _pool.Target.IsNarrowTextUtf8;
        switch (type.Kind)
        {
            case TypeKind.Boolean:
                return new OdbcBooleanColumn(column.Name, (FixedWidthBuilder<bool>)builder);
            case TypeKind.TinyInt:
                return new OdbcFixedColumn<sbyte>(column.Name, OdbcLibrary.CTinyInt, (FixedWidthBuilder<sbyte>)builder);
            case TypeKind.SmallInt:
                return new OdbcFixedColumn<short>(column.Name, OdbcLibrary.CShort, (FixedWidthBuilder<short>)builder);
            case TypeKind.Integer:
                return new OdbcFixedColumn<int>(column.Name, OdbcLibrary.CInteger, (FixedWidthBuilder<int>)builder);
            case TypeKind.BigInt:
                return new OdbcFixedColumn<long>(column.Name, OdbcLibrary.CBigInt, (FixedWidthBuilder<long>)builder);
            case TypeKind.Real:
                return new OdbcRealColumn(column.Name, (FixedWidthBuilder<float>)builder);
            case TypeKind.Double:
                return new OdbcFixedColumn<double>(column.Name, OdbcLibrary.CDouble, (FixedWidthBuilder<double>)builder);
            case TypeKind.Decimal:
                return new OdbcDecimalColumn(column.Name, (DecimalType)type, builder);
            case TypeKind.Date:
                return new OdbcDateColumn(column.Name, zeroIsNull, (FixedWidthBuilder<int>)builder);
            case TypeKind.Timestamp or TypeKind.TimestampWithTimeZone:
                return new OdbcTimestampColumn(column.Name, zeroIsNull, (FixedWidthBuilder<long>)builder);
            case TypeKind.Time:
                return new OdbcTimeColumn(column.Name, (FixedWidthBuilder<long>)builder);
            case TypeKind.Uuid:
                return new OdbcUuidColumn(column.Name, (FixedWidthBuilder<UInt128>)builder);
            case TypeKind.Varchar or TypeKind.Char or TypeKind.Json:
                (int textWidth, bool isLongText) = WidthOf(described, 4, isUtf8 ? 1 : 2);
                return new OdbcTextColumn(column.Name, isUtf8, type.Kind == TypeKind.Char, textWidth, isLongText, (BytesBuilder)builder);
            case TypeKind.Varbinary:
                (int width, bool isLong) = WidthOf(described, 1, 0);
                return new OdbcBinaryColumn(column.Name, width, isLong, (BytesBuilder)builder);
            default:
                throw QueryException.NotSupported($"reading {type} from {_pool.Target.Name}");
        }
    }

    // A character has at most four bytes, in UTF-16 as in UTF-8.
    private (int Width, bool IsLong) WidthOf(OdbcColumnDescription described, int perUnit, int terminator)
    {
        long width = (described.Size * perUnit) + terminator;
        bool isLong = !_knowsSizes || described.Size <= 0 || width > LongestBound;
        return isLong ? (0, true) : ((int)width, false);
    }

    // Long values make a batch of fewer rows.
    private bool HoldsEnough()
    {
        long bytes = 0;
        foreach (BytesBuilder builder in _bytes)
            bytes += builder.ByteCount;
        return bytes >= MaxBatchBytes;
    }
}
