using System.Buffers.Binary;
using System.Numerics;

namespace QueryEngine.Functions.Strings;

/// <summary>SHA-224 (FIPS 180-4), which .NET has not got.</summary>
internal static class Sha224
{
    private static readonly uint[] _rounds = Rounds();

    /// <summary>The 28 bytes.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> bytes)
    {
        Span<uint> state = [0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4];
        int whole = bytes.Length / 64 * 64;
        for (int at = 0; at < whole; at += 64)
            Mix(state, bytes.Slice(at, 64));
        Span<byte> tail = stackalloc byte[128];
        tail.Clear();
        bytes[whole..].CopyTo(tail);
        tail[bytes.Length - whole] = 0x80;
        int length = bytes.Length - whole < 56 ? 64 : 128;
        BinaryPrimitives.WriteUInt64BigEndian(tail.Slice(length - 8, 8), (ulong)bytes.Length * 8);
        for (int at = 0; at < length; at += 64)
            Mix(state, tail.Slice(at, 64));
        byte[] hash = new byte[28];
        for (int word = 0; word < 7; word++)
            BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(4 * word), state[word]);
        return hash;
    }

    private static void Mix(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[64];
        for (int at = 0; at < 16; at++)
            words[at] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * at)..]);
        for (int at = 16; at < 64; at++)
        {
            uint low = BitOperations.RotateRight(words[at - 15], 7) ^ BitOperations.RotateRight(words[at - 15], 18) ^ (words[at - 15] >> 3);
            uint high = BitOperations.RotateRight(words[at - 2], 17) ^ BitOperations.RotateRight(words[at - 2], 19) ^ (words[at - 2] >> 10);
            words[at] = words[at - 16] + low + words[at - 7] + high;
        }

        (uint a, uint b, uint c, uint d, uint e, uint f, uint g, uint h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]);
        for (int at = 0; at < 64; at++)
        {
            uint first = h + (BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25)) + ((e & f) ^ (~e & g)) + _rounds[at] + words[at];
            uint second = (BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + first, c, b, a, first + second);
        }

        (state[0], state[1], state[2], state[3]) = (state[0] + a, state[1] + b, state[2] + c, state[3] + d);
        (state[4], state[5], state[6], state[7]) = (state[4] + e, state[5] + f, state[6] + g, state[7] + h);
    }

    // The first 32 bits of the fractions of the cube roots of the first 64 primes.
    private static uint[] Rounds()
    {
        var rounds = new List<uint>(64);
        for (int candidate = 2; rounds.Count < 64; candidate++)
        {
            bool isPrime = true;
            for (int divisor = 2; divisor * divisor <= candidate && isPrime; divisor++)
                isPrime = candidate % divisor != 0;
            if (isPrime)
                rounds.Add((uint)(CubeRoot((BigInteger)candidate << 96) & uint.MaxValue));
        }

        return [.. rounds];
    }

    private static BigInteger CubeRoot(BigInteger value)
    {
        BigInteger low = 0, high = BigInteger.One << 40;
        while (high - low > 1)
        {
            BigInteger middle = (low + high) / 2;
            (low, high) = middle * middle * middle <= value ? (middle, high) : (low, middle);
        }

        return low;
    }
}

/// <summary>xxHash, 64 bits, seed 0.</summary>
internal static class XxHash
{
    private const ulong Prime1 = 0x9E3779B185EBCA87, Prime2 = 0xC2B2AE3D27D4EB4F, Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63, Prime5 = 0x27D4EB2F165667C5;

    /// <summary>The hash.</summary>
    public static ulong Hash64(ReadOnlySpan<byte> bytes)
    {
        ulong length = (ulong)bytes.Length, hash;
        unchecked
        {
            if (bytes.Length >= 32)
            {
                ulong a = Prime1 + Prime2, b = Prime2, c = 0, d = 0 - Prime1;
                for (; bytes.Length >= 32; bytes = bytes[32..])
                {
                    a = Round(a, Word(bytes));
                    b = Round(b, Word(bytes[8..]));
                    c = Round(c, Word(bytes[16..]));
                    d = Round(d, Word(bytes[24..]));
                }

                hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
                foreach (ulong part in (ReadOnlySpan<ulong>)[a, b, c, d])
                    hash = ((hash ^ Round(0, part)) * Prime1) + Prime4;
            }
            else
            {
                hash = Prime5;
            }

            hash += length;
            for (; bytes.Length >= 8; bytes = bytes[8..])
                hash = (BitOperations.RotateLeft(hash ^ Round(0, Word(bytes)), 27) * Prime1) + Prime4;
            if (bytes.Length >= 4)
            {
                hash = (BitOperations.RotateLeft(hash ^ (BinaryPrimitives.ReadUInt32LittleEndian(bytes) * Prime1), 23) * Prime2) + Prime3;
                bytes = bytes[4..];
            }

            foreach (byte next in bytes)
                hash = BitOperations.RotateLeft(hash ^ (next * Prime5), 11) * Prime1;
            hash = (hash ^ (hash >> 33)) * Prime2;
            hash = (hash ^ (hash >> 29)) * Prime3;
            return hash ^ (hash >> 32);
        }
    }

    private static ulong Round(ulong state, ulong word) => BitOperations.RotateLeft(state + (word * Prime2), 31) * Prime1;

    private static ulong Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);
}

/// <summary>MurmurHash3, 128 bits for 64-bit machines, seed 0.</summary>
internal static class Murmur3
{
    private const ulong C1 = 0x87c37b91114253d5, C2 = 0x4cf5ad432745937f;

    /// <summary>The 16 bytes.</summary>
    public static byte[] Hash128(ReadOnlySpan<byte> bytes)
    {
        ulong h1 = 0, h2 = 0, length = (ulong)bytes.Length;
        unchecked
        {
            for (; bytes.Length >= 16; bytes = bytes[16..])
            {
                h1 ^= Mix1(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
                h1 = ((BitOperations.RotateLeft(h1, 27) + h2) * 5) + 0x52dce729;
                h2 ^= Mix2(BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
                h2 = ((BitOperations.RotateLeft(h2, 31) + h1) * 5) + 0x38495ab5;
            }

            Span<byte> tail = stackalloc byte[16];
            tail.Clear();
            bytes.CopyTo(tail);
            h2 ^= Mix2(BinaryPrimitives.ReadUInt64LittleEndian(tail[8..]));
            h1 ^= Mix1(BinaryPrimitives.ReadUInt64LittleEndian(tail));
            h1 ^= length;
            h2 ^= length;
            h1 += h2;
            h2 += h1;
            h1 = Finish(h1);
            h2 = Finish(h2);
            h1 += h2;
            h2 += h1;
        }

        byte[] hash = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(hash, h1);
        BinaryPrimitives.WriteUInt64LittleEndian(hash.AsSpan(8), h2);
        return hash;
    }

    private static ulong Mix1(ulong k) => BitOperations.RotateLeft(k * C1, 31) * C2;

    private static ulong Mix2(ulong k) => BitOperations.RotateLeft(k * C2, 33) * C1;

    private static ulong Finish(ulong k)
    {
        k = (k ^ (k >> 33)) * 0xff51afd7ed558ccd;
        k = (k ^ (k >> 33)) * 0xc4ceb9fe1a85ec53;
        return k ^ (k >> 33);
    }
}
