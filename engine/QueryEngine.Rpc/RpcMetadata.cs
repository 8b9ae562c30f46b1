using System.Collections;
using System.Text;
using QueryEngine.Rpc.Framing;

namespace QueryEngine.Rpc;

/// <summary>
/// Headers or trailers of a call, in order, names in lower case and repeatable. A name that ends in <c>-bin</c> has a value
/// of bytes, every other one printable ASCII. Names that the protocol itself uses (<c>grpc-*</c>, <c>content-type</c>, ...)
/// are refused.
/// </summary>
public sealed class RpcMetadata : IEnumerable<KeyValuePair<string, string>>
{
    private const string BinarySuffix = "-bin";
    private readonly List<KeyValuePair<string, string>> _entries = [];

    /// <summary>The number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>Adds a value of printable ASCII.</summary>
    public void Add(string name, string value)
    {
        CheckName(name, isBinary: false);
        foreach (char character in value)
        {
            if (character is < ' ' or > '~')
                throw new ArgumentException($"metadata '{name}' has a character outside printable ASCII; use a '-bin' name");
        }

        _entries.Add(new(name, value));
    }

    /// <summary>Adds a value of bytes; the name must end in <c>-bin</c>.</summary>
    public void Add(string name, ReadOnlySpan<byte> value)
    {
        CheckName(name, isBinary: true);
        _entries.Add(new(name, HeaderText.EncodeBinary(value)));
    }

    /// <summary>Adds text of any characters as UTF-8 bytes; the name must end in <c>-bin</c>.</summary>
    public void AddText(string name, string value) => Add(name, Encoding.UTF8.GetBytes(value));

    /// <summary>The last ASCII value with the name, or null.</summary>
    public string? Get(string name)
    {
        for (int index = _entries.Count - 1; index >= 0; index--)
        {
            if (_entries[index].Key == name)
                return _entries[index].Value;
        }

        return null;
    }

    /// <summary>Every ASCII value with the name, in order.</summary>
    public IEnumerable<string> GetAll(string name) => _entries.Where(entry => entry.Key == name).Select(entry => entry.Value);

    /// <summary>The last value of bytes with the name, or null; null too where the peer sent what is not base64.</summary>
    public byte[]? GetBytes(string name) => Get(name) is { } text ? HeaderText.DecodeBinary(text) : null;

    /// <summary>The last value of bytes with the name as UTF-8 text, or null.</summary>
    public string? GetText(string name) => GetBytes(name) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Takes a header as it came over the wire; the protocol's own headers are passed over.</summary>
    internal void Receive(string name, string value)
    {
        string lower = name.ToLowerInvariant();
        if (IsReserved(lower))
            return;

        if (!lower.EndsWith(BinarySuffix, StringComparison.Ordinal))
        {
            _entries.Add(new(lower, value));
            return;
        }

        // Peers may join repeated binary values with a comma, which base64 never contains.
        foreach (string part in value.Split(',', StringSplitOptions.TrimEntries))
            _entries.Add(new(lower, part));
    }

    private static void CheckName(string name, bool isBinary)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        foreach (char character in name)
        {
            if (character is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_' or '.'))
                throw new ArgumentException($"metadata name '{name}' may have only a-z, 0-9, '-', '_' and '.'");
        }

        if (IsReserved(name))
            throw new ArgumentException($"metadata name '{name}' belongs to the protocol");
        if (name.EndsWith(BinarySuffix, StringComparison.Ordinal) != isBinary)
            throw new ArgumentException($"metadata name '{name}' must {(isBinary ? "" : "not ")}end in '{BinarySuffix}'");
    }

    private static bool IsReserved(string name) =>
        name.StartsWith("grpc-", StringComparison.Ordinal)
        || name.StartsWith(':')
        || name is "content-type" or "content-length" or "te" or "user-agent" or "host" or "date" or "server"
            or "connection" or "transfer-encoding" or "trailer";
}
