using System.Buffers.Binary;
using System.Numerics;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Maths;

[ScalarFunction("xxhash64", "The XXH64 hash of bytes, as eight bytes, the highest first.", Signature = "varbinary -> varbinary")]
[Example("xxhash64(CAST('' AS varbinary))", "\\xef46db3751d8e999")]
[Example("xxhash64(CAST('abc' AS varbinary))", "\\x44bc2cf5ad770999")]
internal readonly struct XxHash64Function : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second)
    {
        BinaryPrimitives.WriteUInt64BigEndian(second.Room(8), XxHash.Hash64(first.Bytes));
        return second.Advance(8);
    }
}

/// <summary>XXH64 by Yann Collet, with seed 0.</summary>
internal static class XxHash
{
    private const ulong P1 = 0x9E3779B185EBCA87, P2 = 0xC2B2AE3D27D4EB4F, P3 = 0x165667B19E3779F9, P4 = 0x85EBCA77C2B2AE63, P5 = 0x27D4EB2F165667C5;

    /// <summary>The hash.</summary>
    public static ulong Hash64(ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            ulong length = (ulong)bytes.Length, hash = P5;
            if (bytes.Length >= 32)
            {
                ulong a = P1 + P2, b = P2, c = 0, d = 0 - P1;
                for (; bytes.Length >= 32; bytes = bytes[32..])
                {
                    a = Round(a, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
                    b = Round(b, BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
                    c = Round(c, BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]));
                    d = Round(d, BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));
                }

                hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
                foreach (ulong lane in (ReadOnlySpan<ulong>)[a, b, c, d])
                    hash = ((hash ^ Round(0, lane)) * P1) + P4;
            }

            hash += length;
            for (; bytes.Length >= 8; bytes = bytes[8..])
                hash = (BitOperations.RotateLeft(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(bytes)), 27) * P1) + P4;
            if (bytes.Length >= 4)
            {
                hash = (BitOperations.RotateLeft(hash ^ (BinaryPrimitives.ReadUInt32LittleEndian(bytes) * P1), 23) * P2) + P3;
                bytes = bytes[4..];
            }

            foreach (byte one in bytes)
                hash = BitOperations.RotateLeft(hash ^ (one * P5), 11) * P1;
            hash = (hash ^ (hash >> 33)) * P2;
            hash = (hash ^ (hash >> 29)) * P3;
            return hash ^ (hash >> 32);
        }
    }

    private static ulong Round(ulong accumulator, ulong lane) => unchecked(BitOperations.RotateLeft(accumulator + (lane * P2), 31) * P1);
}
