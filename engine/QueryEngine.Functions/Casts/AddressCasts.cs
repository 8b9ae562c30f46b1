using System.Text;
using QueryEngine.Columnar;
using QueryEngine.Functions.Geo;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

internal readonly struct IpAddressParser : ITextConversion
{
    public static bool TryConvert(ReadOnlySpan<byte> text, TextOutput output) => AddressCasts.TryWrite(AddressText.ParseAddress(Encoding.UTF8.GetString(text)), output);
}

internal readonly struct IpPrefixParser : ITextConversion
{
    public static bool TryConvert(ReadOnlySpan<byte> text, TextOutput output) => AddressCasts.TryWrite(AddressText.ParsePrefix(Encoding.UTF8.GetString(text)), output);
}

internal readonly struct GeometryParser : ITextConversion
{
    public static bool TryConvert(ReadOnlySpan<byte> text, TextOutput output) =>
        GeometryReader.TryRead(text) is { } geometry && output.Write(GeometryWriter.Write(geometry)) == Text.Written;
}

/// <summary>Casts between ipaddress, ipprefix and varbinary (4 or 16 bytes).</summary>
internal static class AddressCasts
{
    /// <summary>The cast, or null when there is none.</summary>
    public static ScalarFunction? TryBind(SqlType from, SqlType to, bool isTry) => (from.Kind, to.Kind) switch
    {
        (TypeKind.IpAddress, TypeKind.IpPrefix) => new BytesCast(from, to, isTry, static bytes => AddressText.Prefix(bytes, AddressText.IsVersion4(bytes) ? 32 : 128)),
        (TypeKind.IpPrefix, TypeKind.IpAddress) => new BytesCast(from, to, isTry, static bytes => bytes[..16].ToArray()),
        (TypeKind.IpAddress, TypeKind.Varbinary) => new BytesCast(from, to, isTry, static bytes => bytes.ToArray()),
        (TypeKind.Varbinary, TypeKind.IpAddress) => new BytesCast(from, to, isTry, static bytes => bytes.Length switch
        {
            4 => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, .. bytes],
            16 => bytes.ToArray(),
            _ => null,
        }),
        _ => null,
    };

    /// <summary>Writes what was read; false when it was not.</summary>
    public static bool TryWrite(byte[]? bytes, TextOutput output)
    {
        if (bytes is not null)
            output.Write(bytes);
        return bytes is not null;
    }
}

/// <summary>Other bytes for the bytes, or null when they are none of the type.</summary>
internal delegate byte[]? BytesConversion(ReadOnlySpan<byte> bytes);

/// <summary>A cast between types of bytes.</summary>
internal sealed class BytesCast(SqlType from, SqlType to, bool isTry, BytesConversion convert) : VectorFunction(isTry ? "$try_cast" : "$cast", [from], to)
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        using var output = new TextOutput(ReturnType, context.Memory, rowCount);
        var reader = new BytesReader(arguments[0]);
        Validity valid = arguments[0].Validity;
        for (int row = 0; row < rowCount; row++)
        {
            bool isConverted = valid[row] && AddressCasts.TryWrite(convert(reader[row]), output);
            if (!isConverted && valid[row] && !isTry)
                throw CastErrors.Create(arguments[0], row, ReturnType, ErrorCode.InvalidText);
            output.End(isConverted ? Text.Written : Text.Null);
        }

        return output.Build();
    }
}
