using System.Globalization;
using System.Net;
using System.Net.Sockets;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Strings;

[ScalarFunction("ip_prefix", "The network of so many bits that an IP address (a text) is in.")]
[Example("ip_prefix('192.168.255.255', 9)", "192.128.0.0/9")]
[Example("ip_prefix('2001:db8::1', 32)", "2001:db8::/32")]
[Example("ip_prefix('192.168.1.1', 33)", "error 22023")]
internal readonly struct IpPrefixFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third)
    {
        IPAddress address = Networks.Address(first.ToString());
        int most = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (second < 0 || second > most)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"a prefix of {second} bits: {address} has {most}");
        return third.Write(string.Create(CultureInfo.InvariantCulture, $"{Networks.Masked(address, (int)second, isUpper: false)}/{second}"));
    }
}

[ScalarFunction("ip_subnet_min", "The lowest IP address of a network.")]
[Example("ip_subnet_min('192.64.1.1/9')", "192.0.0.0")]
internal readonly struct IpSubnetMinFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second)
    {
        (IPAddress address, int bits) = Networks.Network(first.ToString());
        return second.Write(Networks.Masked(address, bits, isUpper: false).ToString());
    }
}

[ScalarFunction("ip_subnet_max", "The highest IP address of a network.")]
[Example("ip_subnet_max('192.64.1.1/9')", "192.127.255.255")]
internal readonly struct IpSubnetMaxFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second)
    {
        (IPAddress address, int bits) = Networks.Network(first.ToString());
        return second.Write(Networks.Masked(address, bits, isUpper: true).ToString());
    }
}

[ScalarFunction("is_subnet_of", "Whether an IP address or a network is inside of a network.")]
[Example("is_subnet_of('192.168.3.131/26', '192.168.3.144')", "true")]
[Example("is_subnet_of('64:ff9b::17/64', '64:ff9c::17')", "false")]
[Example("is_subnet_of('192.168.3.131/26', '192.168.3.129/27')", "true")]
[Example("is_subnet_of('x', '1.2.3.4')", "error 22P02")]
internal readonly struct IsSubnetOfFunction : IFunction<Utf8, Utf8, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second)
    {
        (IPAddress network, int bits) = Networks.Network(first.ToString());
        (IPAddress inner, int innerBits) = Networks.Network(second.ToString());
        return network.AddressFamily == inner.AddressFamily && innerBits >= bits
            && Networks.Masked(network, bits, isUpper: false).Equals(Networks.Masked(inner, bits, isUpper: false));
    }
}

[ScalarFunction("is_ip_address", "Whether a text is an IP address, of version 4 or 6.")]
[Example("is_ip_address('::1')", "true")]
[Example("is_ip_address('1.2.3.400')", "false")]
internal readonly struct IsIpAddressFunction : IFunction<Utf8, bool>
{
    public static bool Invoke(Utf8 first) => Networks.TryAddress(first.ToString()) is not null;
}

/// <summary>IP addresses and networks as text.</summary>
internal static class Networks
{
    /// <summary>The address; null when the text is none. Version 4 has four numbers.</summary>
    public static IPAddress? TryAddress(string text) =>
        IPAddress.TryParse(text, out IPAddress? address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || text.Count(next => next == '.') == 3) ? address : null;

    /// <summary>The address.</summary>
    /// <exception cref="QueryException">INVALID_TEXT_REPRESENTATION.</exception>
    public static IPAddress Address(string text) => TryAddress(text) ?? throw new QueryException(ErrorCode.InvalidText, $"'{text}' is not an IP address");

    /// <summary>An address and the bits of its network; of an address alone all of them.</summary>
    public static (IPAddress Address, int Bits) Network(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        IPAddress address = Address(slash < 0 ? text : text[..slash]);
        int most = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128, bits = most;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out bits) || bits > most))
            throw new QueryException(ErrorCode.InvalidText, $"'{text}' is not a network of IP addresses");
        return (address, bits);
    }

    /// <summary>The address with the bits after its network's all 0, or all 1.</summary>
    public static IPAddress Masked(IPAddress address, int bits, bool isUpper)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int bit = bits; bit < bytes.Length * 8; bit++)
        {
            byte mask = (byte)(0x80 >> (bit % 8));
            bytes[bit / 8] = (byte)(isUpper ? bytes[bit / 8] | mask : bytes[bit / 8] & ~mask);
        }

        return new IPAddress(bytes);
    }
}
