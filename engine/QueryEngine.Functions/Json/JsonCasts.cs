using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json;

/// <summary>Casts between json and other types.</summary>
internal static class JsonCasts
{
    /// <summary>The cast; one of the types is json. Null when there is none.</summary>
    public static ScalarFunction? TryBind(SqlType from, SqlType to, bool isTry) => (from, to) switch
    {
        (JsonType, JsonType) => new TextToTextCast<JsonNormalizer>(from, to, isTry),
        ({ IsBinary: true }, _) or (_, { IsBinary: true }) or (GeometryType or TextSearchType, _) or (_, GeometryType or TextSearchType) => null,
        (JsonType, _) => IsReachable(to) ? new FromJsonCast(from, to, isTry) : null,
        _ => new ToJsonCast(from, to, isTry),
    };

    private static bool IsReachable(SqlType to) => to switch
    {
        ArrayType array => IsReachable(array.Element),
        MapType map => IsReachable(map.Key) && IsReachable(map.Value),
        RowType row => row.Fields.All(field => IsReachable(field.Type)),
        { IsBinary: true } or GeometryType or TextSearchType => false,
        _ => true,
    };
}

/// <summary>Text to the normal form of jsonb.</summary>
internal readonly struct JsonNormalizer : ITextConversion
{
    public static bool TryConvert(ReadOnlySpan<byte> text, TextOutput output)
    {
        if (JsonText.TryParse(text) is not { } value)
            return false;
        output.Write(JsonText.Write(value.Normalize(), JsonStyle.Spaced));
        return true;
    }
}

/// <summary>A value of any type as json.</summary>
internal sealed class ToJsonCast(SqlType from, SqlType to, bool isTry) : VectorFunction(isTry ? "$try_cast" : "$cast", [from], to)
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        using var builder = new BytesBuilder(ReturnType, context.Memory, rowCount);
        var encoder = new JsonEncoder(context, hasIsoTimes: false, isCast: true);
        for (int row = 0; row < rowCount; row++)
        {
            if (arguments[0].IsNull(row))
                builder.AppendNull();
            else
                JsonRows.Append(builder, encoder.Encode(arguments[0], row), isNormalized: false);
        }

        return builder.Build();
    }
}

/// <summary>Json as a value of another type.</summary>
internal sealed class FromJsonCast(SqlType from, SqlType to, bool isTry) : VectorFunction(isTry ? "$try_cast" : "$cast", [from], to)
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        using VectorBuilder builder = VectorBuilder.Create(ReturnType, context.Memory, rowCount);
        var decoder = new JsonDecoder(context);
        for (int row = 0; row < rowCount; row++)
        {
            if (arguments[0].IsNull(row))
            {
                builder.AppendNull();
                continue;
            }

            object? value;
            try
            {
                value = decoder.Decode(JsonText.Parse((string)arguments[0].GetValue(row)!), ReturnType);
            }
            catch (QueryException) when (isTry)
            {
                value = null;
            }

            builder.AppendBoxed(value);
        }

        return builder.Build();
    }
}
