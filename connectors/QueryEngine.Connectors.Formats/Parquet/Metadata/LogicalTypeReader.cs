namespace QueryEngine.Connectors.Formats.Parquet.Metadata;

/// <summary>Reads the union that says what the values of a column mean.</summary>
internal static class LogicalTypeReader
{
    /// <summary>Parses a LogicalType; an unknown member gives <see cref="LogicalKind.None"/>.</summary>
    public static LogicalType Read(ref ThriftReader reader)
    {
        var logical = default(LogicalType);
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            logical = (LogicalKind)id switch
            {
                LogicalKind.Decimal => ReadDecimal(ref reader),
                LogicalKind.Time => ReadTime(ref reader, LogicalKind.Time),
                LogicalKind.Timestamp => ReadTime(ref reader, LogicalKind.Timestamp),
                LogicalKind.Integer => ReadInteger(ref reader),
                _ => ReadPlain(ref reader, type, id),
            };
        }
        return logical;
    }

    private static LogicalType ReadPlain(ref ThriftReader reader, ThriftType type, int id)
    {
        reader.Skip(type);
        return Enum.IsDefined((LogicalKind)id) ? new LogicalType((LogicalKind)id) : default;
    }

    private static LogicalType ReadDecimal(ref ThriftReader reader)
    {
        int scale = 0;
        int precision = 0;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            if (id == 1)
                scale = reader.ReadI32();
            else if (id == 2)
                precision = reader.ReadI32();
            else
                reader.Skip(type);
        }
        return new LogicalType(LogicalKind.Decimal, scale, precision);
    }

    private static LogicalType ReadTime(ref ThriftReader reader, LogicalKind kind)
    {
        bool isUtc = false;
        var unit = TimeUnit.Millis;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            if (id == 1)
                isUtc = ThriftReader.ReadBoolean(type);
            else if (id == 2)
                unit = ReadUnit(ref reader);
            else
                reader.Skip(type);
        }
        return new LogicalType(kind, Unit: unit, IsUtc: isUtc);
    }

    private static TimeUnit ReadUnit(ref ThriftReader reader)
    {
        int unit = 0;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            unit = id;
            reader.Skip(type);
        }
        return unit is >= 1 and <= 3 ? (TimeUnit)unit : throw ParquetErrors.NotSupported($"time unit {unit}");
    }

    private static LogicalType ReadInteger(ref ThriftReader reader)
    {
        int width = 0;
        bool isSigned = true;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            if (id == 1)
                width = reader.ReadByte();
            else if (id == 2)
                isSigned = ThriftReader.ReadBoolean(type);
            else
                reader.Skip(type);
        }
        return new LogicalType(LogicalKind.Integer, BitWidth: width, IsUnsigned: !isSigned);
    }
}
