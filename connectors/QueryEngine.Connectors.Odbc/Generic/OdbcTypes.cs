using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Odbc.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.Generic;

/// <summary>Types of ODBC to SQL types. A type that we lack is text as the driver makes it.</summary>
internal static class OdbcTypes
{
    private const string Collated = "text is compared by a collation of the source that the driver does not tell";

    /// <summary>The column that a driver describes.</summary>
    public static SqlColumn ToColumn(OdbcColumnDescription described)
    {
        SqlType type = ToType(described);
        var column = new SqlColumn(described.Name, type, described.TypeName.Length > 0 ? described.TypeName : "unknown");
        return type.IsText ? column with { Comparison = SqlComparison.None, Reason = Collated } : column;
    }

    private static SqlType ToType(OdbcColumnDescription described)
    {
        const short OldDate = 9, OldTime = 10, OldTimestamp = 11;
        int size = (int)Math.Min(described.Size, int.MaxValue);
        return described.Type switch
        {
            OdbcLibrary.SqlBit => SqlType.Boolean,
            OdbcLibrary.SqlTinyInt => SqlType.SmallInt, // whether there is a sign, few drivers say
            OdbcLibrary.SqlSmallInt => described.IsUnsigned ? SqlType.Integer : SqlType.SmallInt,
            OdbcLibrary.SqlInteger => described.IsUnsigned ? SqlType.BigInt : SqlType.Integer,
            OdbcLibrary.SqlBigInt => described.IsUnsigned ? SqlType.Decimal(20, 0) : SqlType.BigInt,
            OdbcLibrary.SqlReal => SqlType.Real,
            OdbcLibrary.SqlFloat or OdbcLibrary.SqlDouble => SqlType.Double,
            OdbcLibrary.SqlDecimal or OdbcLibrary.SqlNumeric when size is > 0 and <= DecimalType.MaxPrecision && described.Digits >= 0 && described.Digits <= size =>
                SqlType.Decimal(size, described.Digits),
            OdbcLibrary.SqlBinary or OdbcLibrary.SqlVarbinary or OdbcLibrary.SqlLongVarbinary => SqlType.Varbinary,
            OdbcLibrary.SqlDate or OldDate => SqlType.Date,
            OdbcLibrary.SqlTime or OldTime => SqlType.Time,
            OdbcLibrary.SqlTimestamp or OldTimestamp => SqlType.Timestamp,
            OdbcLibrary.SqlGuid => SqlType.Uuid,
            _ => SqlType.Varchar,
        };
    }
}
