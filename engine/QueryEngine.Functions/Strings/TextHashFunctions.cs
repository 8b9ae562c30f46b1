using System.Security.Cryptography;
using System.Text;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;

namespace QueryEngine.Functions.Strings;

/// <summary>
/// The hash of a text as hexadecimal digits, as in DuckDB. A literal without a type is a binary, as in PostgreSQL, which has no such function of texts.
/// </summary>
internal abstract class TextHashOverload(Func<byte[], byte[]> hash) : RowOverload("varchar -> varchar")
{
    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments) =>
        arguments is [{ IsUntypedLiteral: true }] ? null : base.Resolve(name, arguments);

    protected internal override void Invoke(in RowCall call) =>
        call.Append(Convert.ToHexStringLower(hash(Encoding.UTF8.GetBytes(call.Text(0)))).AsSpan());
}

[ScalarFunction("sha224", "The SHA-224 hash of a text, in hexadecimal digits.")]
[Example("sha224('abc'::varchar)", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7")]
internal sealed class TextSha224Overload() : TextHashOverload(bytes => Sha224.Hash(bytes));

[ScalarFunction("sha256", "The SHA-256 hash of a text, in hexadecimal digits.")]
[Example("sha256(''::varchar)", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
internal sealed class TextSha256Overload() : TextHashOverload(SHA256.HashData);

[ScalarFunction("sha384", "The SHA-384 hash of a text, in hexadecimal digits.")]
[Example("length(sha384('abc'::varchar))", "96")]
internal sealed class TextSha384Overload() : TextHashOverload(SHA384.HashData);

[ScalarFunction("sha512", "The SHA-512 hash of a text, in hexadecimal digits.")]
[Example("length(sha512('abc'::varchar))", "128")]
internal sealed class TextSha512Overload() : TextHashOverload(SHA512.HashData);
