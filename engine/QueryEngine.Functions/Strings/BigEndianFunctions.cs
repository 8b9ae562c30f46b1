using System.Buffers.Binary;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Strings;

[ScalarFunction("to_big_endian_64", "The 8 bytes of a number in two's complement, the highest first.", Signature = "bigint -> varbinary")]
[Example("to_hex(to_big_endian_64(1))", "0000000000000001")]
internal readonly struct ToBigEndian64Function : IFunction<long, TextOutput, Text>
{
    public static Text Invoke(long first, TextOutput second)
    {
        BinaryPrimitives.WriteInt64BigEndian(second.Room(8), first);
        return second.Advance(8);
    }
}

[ScalarFunction("to_big_endian_32", "The 4 bytes of a number in two's complement, the highest first.", Signature = "integer -> varbinary")]
[Example("to_hex(to_big_endian_32(1))", "00000001")]
internal readonly struct ToBigEndian32Function : IFunction<int, TextOutput, Text>
{
    public static Text Invoke(int first, TextOutput second)
    {
        BinaryPrimitives.WriteInt32BigEndian(second.Room(4), first);
        return second.Advance(4);
    }
}

[ScalarFunction("to_ieee754_64", "The 8 bytes of a double, the highest first.", Signature = "double -> varbinary")]
[Example("to_hex(to_ieee754_64(1.0))", "3FF0000000000000")]
internal readonly struct ToIeee64Function : IFunction<double, TextOutput, Text>
{
    public static Text Invoke(double first, TextOutput second)
    {
        BinaryPrimitives.WriteDoubleBigEndian(second.Room(8), first);
        return second.Advance(8);
    }
}

[ScalarFunction("to_ieee754_32", "The 4 bytes of a real, the highest first.", Signature = "real -> varbinary")]
[Example("to_hex(to_ieee754_32(CAST(1.0 AS real)))", "3F800000")]
internal readonly struct ToIeee32Function : IFunction<float, TextOutput, Text>
{
    public static Text Invoke(float first, TextOutput second)
    {
        BinaryPrimitives.WriteSingleBigEndian(second.Room(4), first);
        return second.Advance(4);
    }
}

[ScalarFunction("from_big_endian_64", "The number of 8 bytes in two's complement, the highest first.", Signature = "varbinary -> bigint")]
[Example("from_big_endian_64(from_hex('0000000000000001'))", "1")]
[Example("from_big_endian_64(from_hex('01'))", "error 22023")]
internal readonly struct FromBigEndian64Function : IFunction<Utf8, long>
{
    public static long Invoke(Utf8 first) => BinaryPrimitives.ReadInt64BigEndian(FixedBytes.Of(first, 8));
}

[ScalarFunction("from_big_endian_32", "The number of 4 bytes in two's complement, the highest first.", Signature = "varbinary -> integer")]
[Example("from_big_endian_32(from_hex('80000001'))", "-2147483647")]
internal readonly struct FromBigEndian32Function : IFunction<Utf8, int>
{
    public static int Invoke(Utf8 first) => BinaryPrimitives.ReadInt32BigEndian(FixedBytes.Of(first, 4));
}

[ScalarFunction("from_ieee754_64", "The double of 8 bytes, the highest first.", Signature = "varbinary -> double")]
[Example("from_ieee754_64(from_hex('3FF0000000000000'))", "1")]
internal readonly struct FromIeee64Function : IFunction<Utf8, double>
{
    public static double Invoke(Utf8 first) => BinaryPrimitives.ReadDoubleBigEndian(FixedBytes.Of(first, 8));
}

[ScalarFunction("from_ieee754_32", "The real of 4 bytes, the highest first.", Signature = "varbinary -> real")]
[Example("from_ieee754_32(from_hex('3F800000'))", "1")]
internal readonly struct FromIeee32Function : IFunction<Utf8, float>
{
    public static float Invoke(Utf8 first) => BinaryPrimitives.ReadSingleBigEndian(FixedBytes.Of(first, 4));
}

/// <summary>Binaries of a fixed length.</summary>
internal static class FixedBytes
{
    /// <summary>The bytes, which are so many.</summary>
    public static ReadOnlySpan<byte> Of(Utf8 binary, int length) => binary.Bytes.Length == length
        ? binary.Bytes
        : throw new QueryException(ErrorCode.InvalidParameterValue, $"a binary of {binary.Bytes.Length} bytes where {length} are expected");
}
