using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Strings;

[ScalarFunction("sha224", "The SHA-224 hash of a binary.", Signature = "varbinary -> varbinary")]
[Example("to_hex(sha224(to_utf8('')))", "D14A028C2A3A2BC9476102BB288234C415A2B01F828EA62AC5B3E42F")]
internal readonly struct Sha224Function : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(Sha224.Hash(first.Bytes));
}

[ScalarFunction("sha384", "The SHA-384 hash of a binary.", Signature = "varbinary -> varbinary")]
[Example("length(sha384(to_utf8('')))", "48")]
internal readonly struct Sha384Function : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(SHA384.HashData(first.Bytes));
}

[ScalarFunction("hmac_sha256", "The keyed hash of a binary by SHA-256.", Signature = "varbinary; varbinary -> varbinary")]
[Example("to_hex(hmac_sha256(to_utf8('a'), to_utf8('k')))", "78DA91511E675587F5B9DF78BEDEBAF5560DA2ABB88162EE875DCDF744951D9E")]
internal readonly struct HmacSha256Function : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => third.Write(HMACSHA256.HashData(second.Bytes, first.Bytes));
}

[ScalarFunction("hmac_sha512", "The keyed hash of a binary by SHA-512.", Signature = "varbinary; varbinary -> varbinary")]
[Example("length(hmac_sha512(to_utf8('a'), to_utf8('k')))", "64")]
internal readonly struct HmacSha512Function : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => third.Write(HMACSHA512.HashData(second.Bytes, first.Bytes));
}

#pragma warning disable CA5350, CA5351 // the functions are named after these hashes; what they are used for is the user's choice
[ScalarFunction("hmac_sha1", "The keyed hash of a binary by SHA-1.", Signature = "varbinary; varbinary -> varbinary")]
[Example("length(hmac_sha1(to_utf8('a'), to_utf8('k')))", "20")]
internal readonly struct HmacSha1Function : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => third.Write(HMACSHA1.HashData(second.Bytes, first.Bytes));
}

[ScalarFunction("hmac_md5", "The keyed hash of a binary by MD5.", Signature = "varbinary; varbinary -> varbinary")]
[Example("length(hmac_md5(to_utf8('a'), to_utf8('k')))", "16")]
internal readonly struct HmacMd5Function : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => third.Write(HMACMD5.HashData(second.Bytes, first.Bytes));
}
#pragma warning restore CA5350, CA5351

[ScalarFunction("xxhash64", "The xxHash of a binary, 64 bits.", Signature = "varbinary -> varbinary")]
[Example("to_hex(xxhash64(to_utf8('')))", "EF46DB3751D8E999")]
[Example("to_hex(xxhash64(to_utf8('hello')))", "26C7827D889F6DA3")]
internal readonly struct XxHash64Function : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second)
    {
        BinaryPrimitives.WriteUInt64BigEndian(second.Room(8), XxHash.Hash64(first.Bytes));
        return second.Advance(8);
    }
}

[ScalarFunction("murmur3", "The MurmurHash3 of a binary, 128 bits.", Signature = "varbinary -> varbinary")]
[Example("to_hex(murmur3(to_utf8('')))", "00000000000000000000000000000000")]
[Example("to_hex(murmur3(to_utf8('hashme')))", "93192FE805BE23041C8318F67EC4F2BC")]
internal readonly struct Murmur3Function : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(Murmur3.Hash128(first.Bytes));
}

[ScalarFunction("encode", "A binary as text: hex, base64 or escape.", Signature = "varbinary; varchar -> varchar")]
[Example("encode(to_utf8('abc'), 'hex')", "616263")]
[Example("encode(to_utf8('abc'), 'x')", "error 22023")]
internal readonly struct EncodeFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third)
    {
        switch (second.ToString().ToLowerInvariant())
        {
            case "hex":
                return third.Write(Hashes.Hex(first.Bytes));
            case "base64":
                // PostgreSQL breaks lines after 76 characters.
                return third.Write(string.Join('\n', Convert.ToBase64String(first.Bytes).Chunk(76).Select(line => new string(line))));
            case "escape":
                foreach (byte next in first.Bytes)
                {
                    if (next is 0 or >= 0x80)
                        third.Write($"\\{Convert.ToString(next, 8).PadLeft(3, '0')}");
                    else if (next == '\\')
                        third.Write("\\\\");
                    else
                        third.Write(next);
                }

                return Text.Written;
            default:
                throw new QueryException(ErrorCode.InvalidParameterValue, $"unrecognized encoding: \"{second.ToString()}\"", "Encodings are hex, base64 and escape.");
        }
    }
}

[ScalarFunction("decode", "The binary of a text: hex, base64 or escape.", Signature = "varchar; varchar -> varbinary")]
[Example("from_utf8(decode('616263', 'hex'))", "abc")]
[Example("decode('zz', 'hex')", "error 22023")]
internal readonly struct DecodeFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third)
    {
        string encoding = second.ToString().ToLowerInvariant(), text = first.ToString();
        byte[]? bytes = encoding switch
        {
            "hex" => Casts.ValueText.FromHex(Encoding.UTF8.GetBytes(string.Concat(text.Where(next => !char.IsWhiteSpace(next))))),
            "base64" => Base64(text),
            "escape" => Casts.ValueText.ParseBinary(first.Bytes),
            _ => throw new QueryException(ErrorCode.InvalidParameterValue, $"unrecognized encoding: \"{second.ToString()}\"", "Encodings are hex, base64 and escape."),
        };
        return third.Write(bytes ?? throw new QueryException(ErrorCode.InvalidParameterValue, $"'{text}' is not {encoding}"));
    }

    private static byte[]? Base64(string text)
    {
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int written) ? bytes[..written] : null;
    }
}

[ScalarFunction("get_byte", "The byte at a place of a binary, from 0.", Signature = "varbinary; bigint -> bigint")]
[Example("get_byte(to_utf8('abc'), 1)", "98")]
[Example("get_byte(to_utf8('abc'), 3)", "error 2202E")]
internal readonly struct GetByteFunction : IFunction<Utf8, long, long>
{
    public static long Invoke(Utf8 first, long second) => first.Bytes[Binaries.Check(second, first.Bytes.Length)];
}

[ScalarFunction("set_byte", "A binary with the byte at a place, from 0, replaced.", Signature = "varbinary; bigint; bigint -> varbinary")]
[Example("from_utf8(set_byte(to_utf8('abc'), 1, 66))", "aBc")]
internal readonly struct SetByteFunction : IFunction<Utf8, long, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, long third, TextOutput fourth)
    {
        int at = Binaries.Check(second, first.Bytes.Length);
        fourth.Write(first.Bytes[..at]);
        fourth.Write((byte)third);
        return fourth.Write(first.Bytes[(at + 1)..]);
    }
}

[ScalarFunction("get_bit", "The bit at a place of a binary, from 0, the lowest of each byte first.", Signature = "varbinary; bigint -> bigint")]
[Example("get_bit(to_utf8('a'), 0)", "1")]
internal readonly struct GetBitFunction : IFunction<Utf8, long, long>
{
    public static long Invoke(Utf8 first, long second)
    {
        int at = Binaries.Check(second, first.Bytes.Length * 8L);
        return (first.Bytes[at / 8] >> (at % 8)) & 1;
    }
}

[ScalarFunction("set_bit", "A binary with the bit at a place, from 0, replaced.", Signature = "varbinary; bigint; bigint -> varbinary")]
[Example("from_utf8(set_bit(to_utf8('a'), 1, 1))", "c")]
[Example("set_bit(to_utf8('a'), 1, 2)", "error 22023")]
internal readonly struct SetBitFunction : IFunction<Utf8, long, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, long third, TextOutput fourth)
    {
        if (third is not (0 or 1))
            throw new QueryException(ErrorCode.InvalidParameterValue, "new bit must be 0 or 1");
        int at = Binaries.Check(second, first.Bytes.Length * 8L), mask = 1 << (at % 8);
        fourth.Write(first.Bytes[..(at / 8)]);
        fourth.Write((byte)(third == 1 ? first.Bytes[at / 8] | mask : first.Bytes[at / 8] & ~mask));
        return fourth.Write(first.Bytes[((at / 8) + 1)..]);
    }
}

[ScalarFunction("substring", "So many bytes from a place (1 is the first) on.", Aliases = ["substr"], Signature = "varbinary; bigint; bigint -> varbinary")]
[Example("from_utf8(substring(to_utf8('hello'), 2, 3))", "ell")]
internal readonly struct BinarySubstringForFunction : IFunction<Utf8, long, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, long third, TextOutput fourth)
    {
        if (third < 0)
            throw new QueryException(ErrorCode.SubstringError, $"negative substring length {third}");
        Int128 end = (Int128)second - 1 + third;
        int from = (int)Math.Clamp(second - 1, 0, first.Bytes.Length), to = (int)Int128.Clamp(end, from, first.Bytes.Length);
        return fourth.Write(first.Bytes[from..to]);
    }
}

[ScalarFunction("overlay", "A binary with bytes from a place on replaced by another.", Signature = "varbinary; varbinary; bigint -> varbinary")]
[Example("from_utf8(overlay(to_utf8('abcdef'), to_utf8('XX'), 2))", "aXXdef")]
internal readonly struct BinaryOverlayFunction : IFunction<Utf8, Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, long third, TextOutput fourth) => Binaries.Overlay(first.Bytes, second.Bytes, third, second.Bytes.Length, fourth);
}

[ScalarFunction("overlay", "A binary with so many bytes from a place on replaced by another.", Signature = "varbinary; varbinary; bigint; bigint -> varbinary")]
[Example("from_utf8(overlay(to_utf8('abcdef'), to_utf8('X'), 2, 3))", "aXef")]
internal readonly struct BinaryOverlayForFunction : IFunction<Utf8, Utf8, long, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, long third, long fourth, TextOutput fifth) => Binaries.Overlay(first.Bytes, second.Bytes, third, fourth, fifth);
}

[ScalarFunction("strpos", "The place of a binary in another, from 1; 0 when it is not there.", Signature = "varbinary; varbinary -> bigint")]
[Example("strpos(to_utf8('hello'), to_utf8('l'))", "3")]
internal readonly struct BinaryPositionFunction : IFunction<Utf8, Utf8, long>
{
    public static long Invoke(Utf8 first, Utf8 second) => first.Bytes.IndexOf(second.Bytes) + 1L;
}

[ScalarFunction("btrim", "A binary without any of some bytes at its ends.", Aliases = ["trim"], Signature = "varbinary; varbinary -> varbinary")]
[Example("from_utf8(btrim(to_utf8('xax'), to_utf8('x')))", "a")]
internal readonly struct BinaryTrimFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => third.Write(first.Bytes.Trim(second.Bytes));
}

[ScalarFunction("ltrim", "A binary without any of some bytes at its beginning.", Signature = "varbinary; varbinary -> varbinary")]
[Example("from_utf8(ltrim(to_utf8('xax'), to_utf8('x')))", "ax")]
internal readonly struct BinaryLtrimFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => third.Write(first.Bytes.TrimStart(second.Bytes));
}

[ScalarFunction("rtrim", "A binary without any of some bytes at its end.", Signature = "varbinary; varbinary -> varbinary")]
[Example("from_utf8(rtrim(to_utf8('xax'), to_utf8('x')))", "xa")]
internal readonly struct BinaryRtrimFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => third.Write(first.Bytes.TrimEnd(second.Bytes));
}

[ScalarFunction("reverse", "The bytes in reverse order.", Signature = "varbinary -> varbinary")]
[Example("from_utf8(reverse(to_utf8('abc')))", "cba")]
internal readonly struct BinaryReverseFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second)
    {
        Span<byte> room = second.Room(first.Bytes.Length);
        first.Bytes.CopyTo(room);
        room.Reverse();
        return second.Advance(room.Length);
    }
}

[ScalarFunction("lpad", "A binary filled up or cut to so many bytes, with another before it.", Signature = "varbinary; bigint; varbinary -> varbinary")]
[Example("from_utf8(lpad(to_utf8('a'), 3, to_utf8('xy')))", "xya")]
internal readonly struct BinaryLpadFunction : IFunction<Utf8, long, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, Utf8 third, TextOutput fourth) => Binaries.Pad(first.Bytes, second, third.Bytes, isLeft: true, fourth);
}

[ScalarFunction("rpad", "A binary filled up or cut to so many bytes, with another after it.", Signature = "varbinary; bigint; varbinary -> varbinary")]
[Example("from_utf8(rpad(to_utf8('a'), 3, to_utf8('xy')))", "axy")]
internal readonly struct BinaryRpadFunction : IFunction<Utf8, long, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, Utf8 third, TextOutput fourth) => Binaries.Pad(first.Bytes, second, third.Bytes, isLeft: false, fourth);
}

/// <summary>Parts of binaries.</summary>
internal static class Binaries
{
    private const long MaxBytes = 64 << 20;

    /// <summary>A place, checked.</summary>
    public static int Check(long at, long length) => at >= 0 && at < length
        ? (int)at
        : throw new QueryException(ErrorCode.ArraySubscript, $"index {at} out of valid range, 0..{length - 1}");

    /// <summary>Writes a binary with some bytes replaced.</summary>
    public static Text Overlay(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> replacement, long start, long count, TextOutput output)
    {
        if (start <= 0)
            throw new QueryException(ErrorCode.SubstringError, $"negative substring length: overlay begins at {start}");
        int from = (int)Math.Min(start - 1, bytes.Length), to = (int)Int128.Clamp((Int128)start - 1 + count, 0, bytes.Length);
        output.Write(bytes[..from]);
        output.Write(replacement);
        return output.Write(bytes[to..]);
    }

    /// <summary>Writes a binary filled up or cut to a length.</summary>
    public static Text Pad(ReadOnlySpan<byte> bytes, long length, ReadOnlySpan<byte> fill, bool isLeft, TextOutput output)
    {
        if (length < 0 || length > MaxBytes || fill.IsEmpty)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"a binary filled up to {length} bytes by {fill.Length}");
        if (length <= bytes.Length)
            return output.Write(bytes[..(int)length]);
        if (!isLeft)
            output.Write(bytes);
        for (int at = 0; at < length - bytes.Length; at++)
            output.Write(fill[at % fill.Length]);
        return isLeft ? output.Write(bytes) : Text.Written;
    }
}
