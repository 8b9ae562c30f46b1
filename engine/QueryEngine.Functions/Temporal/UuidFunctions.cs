using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Temporal;

[ScalarFunction("uuid_extract_version", "The version of a uuid; NULL of a variant other than that of RFC 9562.")]
[Example("uuid_extract_version(uuid 'ac227128-7d55-7ee0-a765-5025cc52e55a')", "7")]
[Example("uuid_extract_version(uuid '00000000-0000-0000-0000-000000000000')", "NULL")]
internal readonly struct UuidVersionFunction : IFunction<UInt128, int?>
{
    public static int? Invoke(UInt128 first) => (int)((first >> 62) & 3) == 2 ? (int)((first >> 76) & 15) : null;
}

[ScalarFunction("uuid_extract_timestamp", "When a uuid of version 1, 6 or 7 was made; NULL of others.")]
[Example("uuid_extract_timestamp(uuid '0196f97a-db14-71c3-9132-9f0b1334466f') = timestamptz '2025-05-22 19:31:40.436+00'", "true")]
[Example("uuid_extract_timestamp(uuid 'ac227128-7d55-4ee0-a765-5025cc52e55a')", "NULL")]
internal readonly struct UuidTimestampFunction : IFunction<UInt128, SqlInstant?>
{
    // From 1582-10-15, in microseconds.
    private const long GregorianEpoch = -12_219_292_800_000_000;

    public static SqlInstant? Invoke(UInt128 first)
    {
        ulong high = (ulong)(first >> 64);
        return UuidVersionFunction.Invoke(first) switch
        {
            1 => new SqlInstant(((long)((high >> 32) | (((high >> 16) & 0xFFFF) << 32) | ((high & 0xFFF) << 48)) / 10) + GregorianEpoch),
            6 => new SqlInstant(((long)(((high >> 16) << 12) | (high & 0xFFF)) / 10) + GregorianEpoch),
            7 => new SqlInstant((long)(high >> 16) * 1000),
            _ => null,
        };
    }
}
