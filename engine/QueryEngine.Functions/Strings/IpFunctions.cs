using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Strings;

[ScalarFunction("ip_prefix", "The network of so many bits that an IP address is in.", Signature = "ipaddress; bigint -> ipprefix")]
[Example("ip_prefix(IPADDRESS '192.168.255.255', 9)", "192.128.0.0/9")]
[Example("ip_prefix(IPADDRESS '2001:db8::1', 32)", "2001:db8::/32")]
[Example("ip_prefix(IPADDRESS '192.168.1.1', 33)", "error 22023")]
internal readonly struct IpPrefixFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third)
    {
        int most = AddressText.IsVersion4(first.Bytes) ? 32 : 128;
        if (second < 0 || second > most)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"a prefix of {second} bits: {AddressText.Format(first.Bytes)} has {most}");
        return third.Write(AddressText.Prefix(first.Bytes, (int)second));
    }
}

[ScalarFunction("ip_prefix", "The network of so many bits that an IP address (a text) is in.", Signature = "varchar; bigint -> ipprefix")]
[Example("ip_prefix('192.168.255.255', 9)", "192.128.0.0/9")]
internal readonly struct IpTextPrefixFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third) => IpPrefixFunction.Invoke(new Utf8(Networks.Address(first)), second, third);
}

[ScalarFunction("ip_subnet_min", "The lowest IP address of a network.", Signature = "ipprefix -> ipaddress")]
[Example("ip_subnet_min(IPPREFIX '192.64.1.1/9')", "192.0.0.0")]
internal readonly struct IpSubnetMinFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(AddressText.Bound(first.Bytes, isUpper: false));
}

[ScalarFunction("ip_subnet_max", "The highest IP address of a network.", Signature = "ipprefix -> ipaddress", Aliases = ["broadcast"])]
[Example("ip_subnet_max(IPPREFIX '192.64.1.1/9')", "192.127.255.255")]
[Example("ip_subnet_max(IPPREFIX '2001:db8::/127')", "2001:db8::1")]
internal readonly struct IpSubnetMaxFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(AddressText.Bound(first.Bytes, isUpper: true));
}

[ScalarFunction("ip_subnet_range", "The lowest and the highest IP address of a network.")]
[Example("ip_subnet_range(IPPREFIX '1.2.3.160/24')", "[1.2.3.0, 1.2.3.255]")]
internal sealed class IpSubnetRangeOverload() : RowOverload("ipprefix -> array(ipaddress)")
{
    protected internal override void Invoke(in RowCall call)
    {
        var builder = (ArrayBuilder)call.Result;
        ((BytesBuilder)builder.Elements).Append(AddressText.Bound(call.Bytes(0), isUpper: false));
        ((BytesBuilder)builder.Elements).Append(AddressText.Bound(call.Bytes(0), isUpper: true));
        builder.EndRow();
    }
}

[ScalarFunction("is_subnet_of", "Whether a network or an IP address is inside of a network.", Signature = "ipprefix; ipprefix -> boolean")]
[Example("is_subnet_of(IPPREFIX '192.168.3.131/26', IPPREFIX '192.168.3.129/27')", "true")]
[Example("is_subnet_of(IPPREFIX '192.168.3.131/27', IPPREFIX '192.168.3.129/26')", "false")]
internal readonly struct IsSubnetOfFunction : IFunction<Utf8, Utf8, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second) => second.Bytes[^1] >= first.Bytes[^1] && Networks.Contains(first.Bytes, second.Bytes);
}

[ScalarFunction("is_subnet_of", "Whether an IP address is inside of a network.", Signature = "ipprefix; ipaddress -> boolean")]
[Example("is_subnet_of(IPPREFIX '192.168.3.131/26', IPADDRESS '192.168.3.144')", "true")]
[Example("is_subnet_of(IPPREFIX '64:ff9b::17/64', IPADDRESS '64:ff9c::17')", "false")]
internal readonly struct IsAddressOfSubnetFunction : IFunction<Utf8, Utf8, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second) => Networks.Contains(first.Bytes, second.Bytes);
}

[ScalarFunction("is_subnet_of", "Whether an IP address or a network, as text, is inside of a network.", Signature = "varchar; varchar -> boolean")]
[Example("is_subnet_of('192.168.3.131/26', '192.168.3.144')", "true")]
[Example("is_subnet_of('x', '1.2.3.4')", "error 22P02")]
internal readonly struct IsTextSubnetOfFunction : IFunction<Utf8, Utf8, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second) => IsSubnetOfFunction.Invoke(new Utf8(Networks.Prefix(first)), new Utf8(Networks.Prefix(second)));
}

[ScalarFunction("contains", "Whether an IP address is inside of a network, given as text.", Signature = "varchar; ipaddress -> boolean")]
[Example("contains('10.0.0.0/8', IPADDRESS '10.255.255.255')", "true")]
[Example("contains('2001:db8::/32', IPADDRESS '2002::1')", "false")]
[Example("contains('64:face::', IPADDRESS '1.2.3.4')", "error 22P02")]
internal readonly struct NetworkContainsFunction : IFunction<Utf8, Utf8, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second) => first.Bytes.Contains((byte)'/')
        ? Networks.Contains(Networks.Prefix(first), second.Bytes)
        : throw new QueryException(ErrorCode.InvalidText, $"'{first.ToString()}' is not a network of IP addresses");
}

[ScalarFunction("masklen", "The number of bits of a network.", Signature = "ipprefix -> bigint")]
[Example("masklen(IPPREFIX '10.0.0.0/8')", "8")]
internal readonly struct MaskLengthFunction : IFunction<Utf8, long>
{
    public static long Invoke(Utf8 first) => first.Bytes[^1];
}

[ScalarFunction("family", "The version of an IP address or network: 4 or 6.", Signature = "ipaddress -> bigint|ipprefix -> bigint")]
[Example("family(IPADDRESS '::1')", "6")]
internal readonly struct FamilyFunction : IFunction<Utf8, long>
{
    public static long Invoke(Utf8 first) => AddressText.IsVersion4(first.Bytes) ? 4 : 6;
}

[ScalarFunction("host", "An IP address, or the lowest one of a network, as text.", Signature = "ipaddress -> varchar|ipprefix -> varchar")]
[Example("host(IPADDRESS '10.0.0.1')", "10.0.0.1")]
internal readonly struct HostFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(AddressText.Format(first.Bytes[..16]));
}

[ScalarFunction("is_ip_address", "Whether a text is an IP address, of version 4 or 6.")]
[Example("is_ip_address('::1')", "true")]
[Example("is_ip_address('1.2.3.400')", "false")]
internal readonly struct IsIpAddressFunction : IFunction<Utf8, bool>
{
    public static bool Invoke(Utf8 first) => AddressText.ParseAddress(first.ToString()) is not null;
}

/// <summary>IP addresses and networks.</summary>
internal static class Networks
{
    /// <summary>The address of a text.</summary>
    /// <exception cref="QueryException">INVALID_TEXT_REPRESENTATION.</exception>
    public static byte[] Address(Utf8 text) =>
        AddressText.ParseAddress(text.ToString()) ?? throw new QueryException(ErrorCode.InvalidText, $"'{text.ToString()}' is not an IP address");

    /// <summary>The network of a text.</summary>
    /// <exception cref="QueryException">INVALID_TEXT_REPRESENTATION.</exception>
    public static byte[] Prefix(Utf8 text) =>
        AddressText.ParsePrefix(text.ToString()) ?? throw new QueryException(ErrorCode.InvalidText, $"'{text.ToString()}' is not a network of IP addresses");

    /// <summary>Whether an address, the first 16 bytes, is in a network.</summary>
    public static bool Contains(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> address) =>
        AddressText.IsVersion4(prefix) == AddressText.IsVersion4(address)
        && AddressText.Prefix(address, prefix[^1]).AsSpan(0, 16).SequenceEqual(prefix[..16]);
}
