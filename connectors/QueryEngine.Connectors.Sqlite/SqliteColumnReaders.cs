using System.Text.Unicode;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Sqlite.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite;

/// <summary>Reads one column of the row under a statement into a builder.</summary>
internal abstract class SqliteColumnReader(int column, string expected)
{
    /// <summary>The column's place in the statement.</summary>
    public int Column => column;

    /// <summary>What values of the column should be, for messages.</summary>
    public string Expected => expected;

    /// <summary>A reader for a type.</summary>
    public static SqliteColumnReader Create(SqlType type, int column, VectorBuilder builder) => type.Kind switch
    {
        TypeKind.Boolean => new BooleanReader(column, (FixedWidthBuilder<bool>)builder),
        TypeKind.BigInt => new BigIntReader(column, (FixedWidthBuilder<long>)builder),
        TypeKind.Double => new DoubleReader(column, (FixedWidthBuilder<double>)builder),
        TypeKind.Decimal when ((DecimalType)type).IsShort => new ShortDecimalReader((DecimalType)type, column, (FixedWidthBuilder<long>)builder),
        TypeKind.Decimal => new LongDecimalReader((DecimalType)type, column, (FixedWidthBuilder<Int128>)builder),
        TypeKind.Number => new NumberReader(column, (BytesBuilder)builder),
        TypeKind.Varchar or TypeKind.Char or TypeKind.Json => new TextReader(type.Kind == TypeKind.Char, column, (BytesBuilder)builder),
        TypeKind.Varbinary => new BlobReader(column, (BytesBuilder)builder),
        TypeKind.Date => new DateReader(column, (FixedWidthBuilder<int>)builder),
        TypeKind.Time => new TimestampReader(isTime: true, column, (FixedWidthBuilder<long>)builder),
        TypeKind.Timestamp => new TimestampReader(isTime: false, column, (FixedWidthBuilder<long>)builder),
        TypeKind.Uuid => new UuidReader(column, (FixedWidthBuilder<UInt128>)builder),
        _ => throw QueryException.NotSupported($"reading {type} from SQLite"),
    };

    /// <summary>Appends the value; false, and nothing appended, when it is not what the column's type says.</summary>
    public abstract bool Read(SqliteStatement row);

    private sealed class BooleanReader(int column, FixedWidthBuilder<bool> builder) : SqliteColumnReader(column, "0 or 1")
    {
        public override bool Read(SqliteStatement row)
        {
            int kind = Sqlite3.ColumnType(row.Pointer, Column);
            if (kind == Sqlite3.TypeNull)
            {
                builder.AppendNull();
                return true;
            }

            long value = Sqlite3.ColumnInt64(row.Pointer, Column);
            if (kind != Sqlite3.TypeInteger || value is not (0 or 1))
                return false;
            builder.Append(value == 1);
            return true;
        }
    }

    private sealed class BigIntReader(int column, FixedWidthBuilder<long> builder) : SqliteColumnReader(column, "a whole number")
    {
        public override bool Read(SqliteStatement row)
        {
            int kind = Sqlite3.ColumnType(row.Pointer, Column);
            if (kind == Sqlite3.TypeInteger)
                builder.Append(Sqlite3.ColumnInt64(row.Pointer, Column));
            else if (kind == Sqlite3.TypeNull)
                builder.AppendNull();
            else
                return false;
            return true;
        }
    }

    private sealed class DoubleReader(int column, FixedWidthBuilder<double> builder) : SqliteColumnReader(column, "a number")
    {
        public override bool Read(SqliteStatement row)
        {
            int kind = Sqlite3.ColumnType(row.Pointer, Column);
            if (kind is Sqlite3.TypeFloat or Sqlite3.TypeInteger)
                builder.Append(Sqlite3.ColumnDouble(row.Pointer, Column));
            else if (kind == Sqlite3.TypeNull)
                builder.AppendNull();
            else
                return false;
            return true;
        }
    }

    private abstract class DecimalReader(DecimalType type, int column, VectorBuilder builder) : SqliteColumnReader(column, $"a {type}")
    {
        private readonly Int128 _limit = Limit(type.Precision);

        public override bool Read(SqliteStatement row)
        {
            Int128? value;
            switch (Sqlite3.ColumnType(row.Pointer, Column))
            {
                case Sqlite3.TypeNull:
                    builder.AppendNull();
                    return true;
                case Sqlite3.TypeInteger:
                    value = SqlDecimals.FromInteger(Sqlite3.ColumnInt64(row.Pointer, Column), type.Scale);
                    break;
                case Sqlite3.TypeFloat:
                    value = SqlDecimals.FromDouble(Sqlite3.ColumnDouble(row.Pointer, Column), type.Scale);
                    break;
                case Sqlite3.TypeText:
                    value = SqlDecimals.Parse(row.GetUtf8(Column), type.Scale);
                    break;
                default:
                    return false;
            }

            if (value is not { } number || number >= _limit || number <= -_limit)
                return false;
            Append(number);
            return true;
        }

        protected abstract void Append(Int128 value);

        private static Int128 Limit(int precision)
        {
            Int128 limit = 1;
            for (int digit = 0; digit < precision; digit++)
                limit *= 10;
            return limit;
        }
    }

    private sealed class ShortDecimalReader(DecimalType type, int column, FixedWidthBuilder<long> builder) : DecimalReader(type, column, builder)
    {
        protected override void Append(Int128 value) => builder.Append((long)value);
    }

    private sealed class LongDecimalReader(DecimalType type, int column, FixedWidthBuilder<Int128> builder) : DecimalReader(type, column, builder)
    {
        protected override void Append(Int128 value) => builder.Append(value);
    }

    private sealed class NumberReader(int column, BytesBuilder builder) : SqliteColumnReader(column, "a number")
    {
        public override bool Read(SqliteStatement row)
        {
            switch (Sqlite3.ColumnType(row.Pointer, Column))
            {
                case Sqlite3.TypeNull:
                    builder.AppendNull();
                    return true;
                case Sqlite3.TypeInteger:
                    builder.Append(BigNumberBytes.Write(new BigNumber(Sqlite3.ColumnInt64(row.Pointer, Column))));
                    return true;
                case Sqlite3.TypeFloat or Sqlite3.TypeText
                    when BigNumberText.TryParse(System.Text.Encoding.UTF8.GetString(row.GetUtf8(Column)), out BigNumber value, out _):
                    builder.Append(BigNumberBytes.Write(value));
                    return true;
                default:
                    return false;
            }
        }
    }

    private sealed class TextReader(bool isChar, int column, BytesBuilder builder) : SqliteColumnReader(column, "text in UTF-8")
    {
        public override bool Read(SqliteStatement row)
        {
            int kind = Sqlite3.ColumnType(row.Pointer, Column);
            if (kind == Sqlite3.TypeNull)
            {
                builder.AppendNull();
                return true;
            }

            ReadOnlySpan<byte> text = row.GetUtf8(Column);
            if (kind == Sqlite3.TypeBlob || !Utf8.IsValid(text))
                return false;
            builder.Append(isChar ? text.TrimEnd((byte)' ') : text);
            return true;
        }
    }

    private sealed class BlobReader(int column, BytesBuilder builder) : SqliteColumnReader(column, "a blob")
    {
        public override bool Read(SqliteStatement row)
        {
            int kind = Sqlite3.ColumnType(row.Pointer, Column);
            if (kind == Sqlite3.TypeBlob)
                builder.Append(row.GetBlob(Column));
            else if (kind == Sqlite3.TypeNull)
                builder.AppendNull();
            else
                return false;
            return true;
        }
    }

    private sealed class DateReader(int column, FixedWidthBuilder<int> builder)
        : SqliteColumnReader(column, "a date as YYYY-MM-DD, a julian day or unix seconds")
    {
        public override bool Read(SqliteStatement row)
        {
            if (Sqlite3.ColumnType(row.Pointer, Column) == Sqlite3.TypeNull)
            {
                builder.AppendNull();
                return true;
            }

            if (TimestampReader.ReadMicroseconds(row, Column) is not { } microseconds)
                return false;
            builder.Append(SqlDates.ToDays(microseconds));
            return true;
        }
    }

    private sealed class TimestampReader(bool isTime, int column, FixedWidthBuilder<long> builder)
        : SqliteColumnReader(column, isTime ? "a time as HH:MM:SS" : "a timestamp as YYYY-MM-DD HH:MM:SS, a julian day or unix seconds")
    {
        public static long? ReadMicroseconds(SqliteStatement row, int column) => Sqlite3.ColumnType(row.Pointer, column) switch
        {
            Sqlite3.TypeInteger => SqlDates.FromUnixSeconds(Sqlite3.ColumnInt64(row.Pointer, column)),
            Sqlite3.TypeFloat => SqlDates.FromJulian(Sqlite3.ColumnDouble(row.Pointer, column)),
            Sqlite3.TypeText => SqlDates.ParseTimestamp(row.GetUtf8(column)),
            _ => null,
        };

        public override bool Read(SqliteStatement row)
        {
            int kind = Sqlite3.ColumnType(row.Pointer, Column);
            if (kind == Sqlite3.TypeNull)
            {
                builder.AppendNull();
                return true;
            }

            long? value = !isTime ? ReadMicroseconds(row, Column) : kind == Sqlite3.TypeText ? SqlDates.ParseTime(row.GetUtf8(Column)) : null;
            if (value is not { } microseconds)
                return false;
            builder.Append(microseconds);
            return true;
        }
    }

    private sealed class UuidReader(int column, FixedWidthBuilder<UInt128> builder) : SqliteColumnReader(column, "a uuid as text or 16 bytes")
    {
        public override bool Read(SqliteStatement row)
        {
            switch (Sqlite3.ColumnType(row.Pointer, Column))
            {
                case Sqlite3.TypeNull:
                    builder.AppendNull();
                    return true;
                case Sqlite3.TypeBlob when row.GetBlob(Column) is { Length: 16 } bytes:
                    builder.Append(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes));
                    return true;
                case Sqlite3.TypeText when Guid.TryParse(row.GetText(Column), out Guid uuid):
                    builder.Append(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(uuid.ToByteArray(bigEndian: true)));
                    return true;
                default:
                    return false;
            }
        }
    }
}
