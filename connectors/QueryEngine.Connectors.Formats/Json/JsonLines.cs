using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Json;

/// <summary>What files of JSON lines can hold.</summary>
public static class JsonLines
{
    /// <summary>Whether a column of the type can be written and read back.</summary>
    /// <exception cref="QueryException">NOT_SUPPORTED.</exception>
    public static void Check(SqlType type)
    {
        switch (type)
        {
            case ArrayType array:
                Check(array.Element);
                return;
            case MapType map when map.Key.Kind == TypeKind.Varchar:
                Check(map.Value);
                return;
            case RowType row when row.Fields.All(field => field.Name is not null):
                foreach (RowField field in row.Fields)
                    Check(field.Type);
                return;
        }
        bool isKnown = type is { Kind: TypeKind.Boolean or TypeKind.Real or TypeKind.Double or TypeKind.Decimal or TypeKind.Number or TypeKind.Varchar or TypeKind.Char }
            or { Kind: TypeKind.Json or TypeKind.Uuid or TypeKind.Date or TypeKind.Varbinary } or { IsInteger: true }
            or TimestampType { Precision: <= 6 } or TimestampWithTimeZoneType { Precision: <= 6 };
        if (!isKnown)
            throw QueryException.NotSupported($"type {type} in JSON lines");
    }
}
