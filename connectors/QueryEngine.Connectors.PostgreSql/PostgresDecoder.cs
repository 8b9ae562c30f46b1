using System.Buffers.Binary;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql;

/// <summary>Reads one value of the binary format.</summary>
internal interface IFieldReader<T>
{
    /// <summary>Bytes of every value.</summary>
    static abstract int Size { get; }

    /// <summary>The value.</summary>
    static abstract T Read(ReadOnlySpan<byte> field);
}

/// <summary>Decodes the fields of one column into its builder.</summary>
internal abstract class PostgresDecoder(string column, VectorBuilder builder)
{
    /// <summary>Where values go.</summary>
    protected VectorBuilder Builder => builder;

    /// <summary>A decoder for a type as the dialect makes the server send it.</summary>
    public static PostgresDecoder Create(string column, SqlType type, VectorBuilder builder, PostgresOptions options, string table)
    {
        string where = $"column {column} of table {table}";
        return type.Kind switch
        {
            TypeKind.Boolean => new FixedDecoder<bool, BooleanReader>(where, builder),
            TypeKind.SmallInt => new FixedDecoder<short, Int16Reader>(where, builder),
            TypeKind.Integer => new FixedDecoder<int, Int32Reader>(where, builder),
            TypeKind.BigInt or TypeKind.Time => new FixedDecoder<long, Int64Reader>(where, builder),
            TypeKind.Real => new FixedDecoder<float, SingleReader>(where, builder),
            TypeKind.Double => new FixedDecoder<double, DoubleReader>(where, builder),
            TypeKind.Uuid => new FixedDecoder<UInt128, UuidReader>(where, builder),
            TypeKind.Decimal => new DecimalDecoder(where, (DecimalType)type, builder, options),
            TypeKind.Number => new NumberDecoder(where, (BytesBuilder)builder),
            TypeKind.Varchar or TypeKind.Json or TypeKind.Varbinary => new BytesDecoder(where, (BytesBuilder)builder),
            TypeKind.Char => new CharDecoder(where, (BytesBuilder)builder),
            TypeKind.Date => new DateDecoder(where, (FixedWidthBuilder<int>)builder, options),
            TypeKind.Timestamp or TypeKind.TimestampWithTimeZone => new TimestampDecoder(where, (FixedWidthBuilder<long>)builder, options),
            TypeKind.IntervalDayToSecond => new DayIntervalDecoder(where, (FixedWidthBuilder<long>)builder),
            TypeKind.IntervalYearToMonth => new MonthIntervalDecoder(where, (FixedWidthBuilder<int>)builder),
            TypeKind.Array => new ArrayDecoder(
                where, (ArrayBuilder)builder, Create(column, ((ArrayType)type).Element, ((ArrayBuilder)builder).Elements, options, table)),
            _ => throw QueryException.NotSupported($"reading {type} from PostgreSQL"),
        };
    }

    /// <summary>Decodes every <paramref name="stride"/>th field, <paramref name="rows"/> of them; a length below 0 is NULL.</summary>
    public virtual void DecodeColumn(ReadOnlySpan<byte> data, ReadOnlySpan<int> starts, ReadOnlySpan<int> lengths, int stride, int rows)
    {
        for (int row = 0, at = 0; row < rows; row++, at += stride)
        {
            if (lengths[at] < 0)
                builder.AppendNull();
            else
                Decode(data.Slice(starts[at], lengths[at]));
        }
    }

    /// <summary>Appends NULL.</summary>
    public void DecodeNull() => builder.AppendNull();

    /// <summary>Appends one value.</summary>
    public abstract void Decode(ReadOnlySpan<byte> field);

    /// <summary>An error about a value of this column.</summary>
    protected QueryException Error(ErrorCode code, string problem, string? hint = null) => new(code, $"{column} {problem}", hint);

    /// <summary>An error about a field that is not as long as its type.</summary>
    protected QueryException WrongLength(int length, int expected) =>
        Error(ErrorCode.ProtocolViolation, $"was sent in {length} bytes, not {expected}");

    private readonly struct BooleanReader : IFieldReader<bool>
    {
        public static int Size => 1;

        public static bool Read(ReadOnlySpan<byte> field) => field[0] != 0;
    }

    private readonly struct Int16Reader : IFieldReader<short>
    {
        public static int Size => 2;

        public static short Read(ReadOnlySpan<byte> field) => BinaryPrimitives.ReadInt16BigEndian(field);
    }

    private readonly struct Int32Reader : IFieldReader<int>
    {
        public static int Size => 4;

        public static int Read(ReadOnlySpan<byte> field) => BinaryPrimitives.ReadInt32BigEndian(field);
    }

    private readonly struct Int64Reader : IFieldReader<long>
    {
        public static int Size => 8;

        public static long Read(ReadOnlySpan<byte> field) => BinaryPrimitives.ReadInt64BigEndian(field);
    }

    private readonly struct SingleReader : IFieldReader<float>
    {
        public static int Size => 4;

        public static float Read(ReadOnlySpan<byte> field) => BinaryPrimitives.ReadSingleBigEndian(field);
    }

    private readonly struct DoubleReader : IFieldReader<double>
    {
        public static int Size => 8;

        public static double Read(ReadOnlySpan<byte> field) => BinaryPrimitives.ReadDoubleBigEndian(field);
    }

    private readonly struct UuidReader : IFieldReader<UInt128>
    {
        public static int Size => 16;

        public static UInt128 Read(ReadOnlySpan<byte> field) => BinaryPrimitives.ReadUInt128BigEndian(field);
    }
}

/// <summary>Values of a fixed size that need no check.</summary>
internal sealed class FixedDecoder<T, TReader>(string column, VectorBuilder builder) : PostgresDecoder(column, builder)
    where T : unmanaged
    where TReader : struct, IFieldReader<T>
{
    private readonly FixedWidthBuilder<T> _builder = (FixedWidthBuilder<T>)builder;

    /// <inheritdoc/>
    public override void DecodeColumn(ReadOnlySpan<byte> data, ReadOnlySpan<int> starts, ReadOnlySpan<int> lengths, int stride, int rows)
    {
        for (int row = 0, at = 0; row < rows; row++, at += stride)
        {
            if (lengths[at] == TReader.Size)
                _builder.Append(TReader.Read(data.Slice(starts[at], TReader.Size)));
            else if (lengths[at] < 0)
                _builder.AppendNull();
            else
                throw WrongLength(lengths[at], TReader.Size);
        }
    }

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> field)
    {
        if (field.Length != TReader.Size)
            throw WrongLength(field.Length, TReader.Size);
        _builder.Append(TReader.Read(field));
    }
}

/// <summary>Text and binary, as they are.</summary>
internal sealed class BytesDecoder(string column, BytesBuilder builder) : PostgresDecoder(column, builder)
{
    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> field) => builder.Append(field);
}

/// <summary>char(n), without the blanks that fill it.</summary>
internal sealed class CharDecoder(string column, BytesBuilder builder) : PostgresDecoder(column, builder)
{
    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> field) => builder.Append(field.TrimEnd((byte)' '));
}

/// <summary>numeric of any size.</summary>
internal sealed class NumberDecoder(string column, BytesBuilder builder) : PostgresDecoder(column, builder)
{
    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> field) => builder.Append(
        PostgresNumeric.TryDecode(field, out BigNumber value) ? BigNumberBytes.Write(value) : throw Error(ErrorCode.ProtocolViolation, "was sent a malformed numeric"));
}

/// <summary>numeric that a decimal holds.</summary>
internal sealed class DecimalDecoder(string column, DecimalType type, VectorBuilder builder, PostgresOptions options) : PostgresDecoder(column, builder)
{
    private readonly FixedWidthBuilder<long>? _short = builder as FixedWidthBuilder<long>;
    private readonly FixedWidthBuilder<Int128>? _long = builder as FixedWidthBuilder<Int128>;

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> field)
    {
        NumericProblem problem = PostgresNumeric.Decode(field, type.Precision, type.Scale, options.RoundsNumeric, out Int128 value);
        if (problem != NumericProblem.None)
            throw Error(problem);
        if (_short is not null)
            _short.Append((long)value);
        else
            _long!.Append(value);
    }

    private QueryException Error(NumericProblem problem)
    {
        const string AsText = "Set decimal-mapping=numeric or varchar, or cast the column in a view of the source.";
        return problem switch
        {
            NumericProblem.NaN => Error(ErrorCode.NumericValueOutOfRange, $"holds NaN, which {type} has not", AsText),
            NumericProblem.Infinity => Error(ErrorCode.NumericValueOutOfRange, $"holds an infinity, which {type} has not", AsText),
            NumericProblem.TooLarge => Error(ErrorCode.NumericValueOutOfRange, $"holds a number of too many digits for {type}", AsText),
            NumericProblem.TooManyDigits => Error(
                ErrorCode.NumericValueOutOfRange,
                $"holds a number of more than {type.Scale} digits after the point",
                "Set decimal-default-scale higher, decimal-rounding-mode=half-up, or decimal-mapping=numeric."),
            _ => Error(ErrorCode.ProtocolViolation, "was sent a malformed numeric"),
        };
    }
}

/// <summary>date: days since 2000, with infinities at both ends.</summary>
internal sealed class DateDecoder(string column, FixedWidthBuilder<int> builder, PostgresOptions options) : PostgresDecoder(column, builder)
{
    private const int Epoch = 10_957;

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> field)
    {
        int days = field.Length == 4 ? BinaryPrimitives.ReadInt32BigEndian(field) : throw WrongLength(field.Length, 4);
        if (days is not (int.MaxValue or int.MinValue))
            builder.Append(checked(days + Epoch));
        else if (options.InfinityIsNull)
            builder.AppendNull();
        else
            throw Error(ErrorCode.DateTimeOverflow, "holds the date infinity", "Set special-dates=null to read it as NULL.");
    }
}

/// <summary>timestamp and timestamptz: microseconds since 2000, with infinities at both ends.</summary>
internal sealed class TimestampDecoder(string column, FixedWidthBuilder<long> builder, PostgresOptions options) : PostgresDecoder(column, builder)
{
    private const long Epoch = 946_684_800_000_000;

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> field)
    {
        long microseconds = field.Length == 8 ? BinaryPrimitives.ReadInt64BigEndian(field) : throw WrongLength(field.Length, 8);
        if (microseconds is not (long.MaxValue or long.MinValue))
            builder.Append(microseconds <= long.MaxValue - Epoch ? microseconds + Epoch : throw Error(ErrorCode.DateTimeOverflow, "holds a timestamp after the year 294246"));
        else if (options.InfinityIsNull)
            builder.AppendNull();
        else
            throw Error(ErrorCode.DateTimeOverflow, "holds the timestamp infinity", "Set special-dates=null to read it as NULL.");
    }
}

/// <summary>interval of days and microseconds.</summary>
internal sealed class DayIntervalDecoder(string column, FixedWidthBuilder<long> builder) : PostgresDecoder(column, builder)
{
    private const long MicrosecondsPerDay = 86_400_000_000;

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> field)
    {
        if (field.Length != 16)
            throw WrongLength(field.Length, 16);
        if (BinaryPrimitives.ReadInt32BigEndian(field[12..]) is not 0 and var months)
            throw Error(ErrorCode.DateTimeOverflow, $"holds an interval of {months} months, which are not so many days", "Set interval-mapping=varchar.");
        Int128 microseconds = BinaryPrimitives.ReadInt64BigEndian(field) + ((Int128)BinaryPrimitives.ReadInt32BigEndian(field[8..]) * MicrosecondsPerDay);
        if (microseconds > long.MaxValue || microseconds < long.MinValue)
            throw Error(ErrorCode.DateTimeOverflow, "holds an interval of too many days");
        builder.Append((long)microseconds);
    }
}

/// <summary>interval of months.</summary>
internal sealed class MonthIntervalDecoder(string column, FixedWidthBuilder<int> builder) : PostgresDecoder(column, builder)
{
    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> field)
    {
        if (field.Length != 16)
            throw WrongLength(field.Length, 16);
        if (BinaryPrimitives.ReadInt64BigEndian(field) != 0 || BinaryPrimitives.ReadInt32BigEndian(field[8..]) != 0)
            throw Error(ErrorCode.DateTimeOverflow, "holds an interval of more than months");
        builder.Append(BinaryPrimitives.ReadInt32BigEndian(field[12..]));
    }
}

/// <summary>Arrays of one dimension; their first index is not kept.</summary>
internal sealed class ArrayDecoder(string column, ArrayBuilder builder, PostgresDecoder element) : PostgresDecoder(column, builder)
{
    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> field)
    {
        if (field.Length < 12)
            throw WrongLength(field.Length, 12);
        int dimensions = BinaryPrimitives.ReadInt32BigEndian(field);
        if (dimensions > 1)
            throw Error(ErrorCode.InvalidData, $"holds an array of {dimensions} dimensions, and its type has one", "Set array-mapping=varchar.");
        if (dimensions == 1)
        {
            int count = BinaryPrimitives.ReadInt32BigEndian(field[12..]);
            int at = 20;
            for (int item = 0; item < count; item++)
            {
                int length = BinaryPrimitives.ReadInt32BigEndian(field[at..]);
                at += 4;
                if (length < 0)
                    element.DecodeNull();
                else
                    element.Decode(field.Slice(at, length));
                at += Math.Max(length, 0);
            }
        }

        builder.EndRow();
    }
}
