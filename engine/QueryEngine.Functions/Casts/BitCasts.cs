using System.Numerics;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

/// <summary>Casts from and to strings of bits, as PostgreSQL has them: what is too long is cut, what is too short gets zeros at its end.</summary>
internal static class BitCasts
{
    /// <summary>The cast from text.</summary>
    public static ScalarFunction FromText(SqlType from, BitType to, bool isTry) => new BytesCast(from, to, isTry, text => Read(text) is { } bits ? Fit(bits, to) : null);

    /// <summary>The cast between bits and integers, or of bits to another length; null when there is none.</summary>
    public static ScalarFunction? TryBind(SqlType from, SqlType to, bool isTry) => (from, to) switch
    {
        (BitType, BitType bits) => new BytesCast(from, to, isTry, text => Fit(text.ToArray(), bits)),
        (BitType, IntegerType { Kind: TypeKind.Integer }) => new ParseCast<int, BitsParser<int>>(from, to, isTry, default),
        (BitType, IntegerType { Kind: TypeKind.BigInt }) => new ParseCast<long, BitsParser<long>>(from, to, isTry, default),
        (IntegerType { Kind: TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Integer or TypeKind.BigInt }, BitType { IsVarying: false }) =>
            TextCasts.ToText(from, SqlType.Varchar, isTry) is { } first
                ? new ChainedCast(first, new BytesCast(SqlType.Varchar, to, isTry, text => OfInteger(text, ((BitType)to).Length ?? 1))) : null,
        _ => null,
    };

    /// <summary>So many bits as a type has.</summary>
    public static byte[] Fit(byte[] bits, BitType type)
    {
        if (type.Length is not { } length || bits.Length == length || (type.IsVarying && bits.Length < length))
            return bits;
        byte[] fitted = new byte[length];
        fitted.AsSpan().Fill((byte)'0');
        bits.AsSpan(0, Math.Min(length, bits.Length)).CopyTo(fitted);
        return fitted;
    }

    // 0101, b0101 or x5.
    private static byte[]? Read(ReadOnlySpan<byte> text)
    {
        bool isHex = text is [(byte)'x' or (byte)'X', ..];
        if (isHex || text is [(byte)'b' or (byte)'B', ..])
            text = text[1..];
        if (!isHex)
            return text.ContainsAnyExcept((byte)'0', (byte)'1') ? null : text.ToArray();
        byte[] bits = new byte[text.Length * 4];
        for (int digit = 0; digit < text.Length; digit++)
        {
            if (!char.IsAsciiHexDigit((char)text[digit]))
                return null;
            int value = Convert.ToInt32(((char)text[digit]).ToString(), 16);
            for (int bit = 0; bit < 4; bit++)
                bits[(digit * 4) + bit] = (byte)('0' + ((value >> (3 - bit)) & 1));
        }

        return bits;
    }

    // The last bits of two's complement.
    private static byte[] OfInteger(ReadOnlySpan<byte> text, int length)
    {
        long value = long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        byte[] bits = new byte[length];
        for (int at = 0; at < length; at++)
            bits[length - 1 - at] = (byte)('0' + ((value >> Math.Min(at, 63)) & 1));
        return bits;
    }
}

/// <summary>Bits as an integer in two's complement.</summary>
internal readonly struct BitsParser<T> : ITextParser<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public bool TryParse(ReadOnlySpan<byte> text, ConnectorSession session, out T value, ref ErrorCode error)
    {
        value = T.Zero;
        error = ErrorCode.NumericValueOutOfRange;
        foreach (byte bit in text)
            value = (value << 1) | T.CreateTruncating(bit - '0');
        return text.Length <= value.GetByteCount() * 8;
    }
}
