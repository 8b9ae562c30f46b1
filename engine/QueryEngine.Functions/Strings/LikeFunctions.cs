using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Strings;

/// <summary>LIKE and ILIKE: a text, a pattern, and perhaps an escape character (a backslash when none is given).</summary>
internal abstract class LikeOverload(bool ignoresCase) : ScalarOverload
{
    /// <inheritdoc/>
    public override string Signature => "(varchar, varchar [, varchar]) -> boolean";

    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments) =>
        Fit(name, arguments, [SubjectType(arguments), SqlType.Varchar], SqlType.Boolean)
        ?? Fit(name, arguments, [SubjectType(arguments), SqlType.Varchar, SqlType.Varchar], SqlType.Boolean);

    /// <inheritdoc/>
    public override ScalarFunction? Bind(string name, ValueList<SqlType> parameterTypes, SqlType returnType) =>
        parameterTypes.Count is 2 or 3 && parameterTypes[0].IsText && parameterTypes.Skip(1).All(type => type is VarcharType) && returnType == SqlType.Boolean
            ? new LikeFunction(name, parameterTypes, ignoresCase) : null;

    // The blanks that fill a char(n) count, as in PostgreSQL.
    private static SqlType SubjectType(IReadOnlyList<ArgumentType> arguments) => arguments[0].Type is CharType padded ? padded : SqlType.Varchar;
}

[ScalarFunction("$like", "Whether a text matches a pattern: % is any text, _ one character, a backslash takes the next one literally.")]
[Example("'abc' LIKE 'a%'", "true")]
[Example("'abc' LIKE '_b_'", "true")]
[Example("'abc' LIKE '%b%c'", "true")]
[Example("'a%c' LIKE 'a\\%c'", "true")]
[Example("'abc' LIKE 'b'", "false")]
[Example("'abab' LIKE '%ab'", "true")]
[Example("'äöü' LIKE '__ü'", "true")]
[Example("'' LIKE '%'", "true")]
[Example("'a%c' LIKE 'a#%c' ESCAPE '#'", "true")]
[Example("'a' LIKE 'a\\'", "error 22025")]
[Example("CAST('ab' AS char(4)) LIKE 'a%__'", "true")]
internal sealed class CaseLikeOverload() : LikeOverload(ignoresCase: false);

[ScalarFunction("$ilike", "LIKE without regard to case.")]
[Example("'ABC' ILIKE 'a%'", "true")]
internal sealed class IgnoreCaseLikeOverload() : LikeOverload(ignoresCase: true);

/// <summary>Matches texts; a pattern that stays the same is made ready once.</summary>
internal sealed class LikeFunction(string name, ValueList<SqlType> parameterTypes, bool ignoresCase)
    : VectorFunction(name, parameterTypes, SqlType.Boolean)
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        NativeBuffer values = context.Memory.Allocate(rowCount);
        NativeBuffer? validity = ValidityBitmap.And(arguments, rowCount, context.Memory);
        try
        {
            var valid = new Validity(validity is null ? default : validity.Span<byte>(Validity.BytesFor(rowCount)));
            Span<bool> result = values.Span<bool>(rowCount);
            var texts = new BytesReader(arguments[0]);
            var patterns = new BytesReader(arguments[1]);
            BytesReader escapes = arguments.Length > 2 ? new BytesReader(arguments[2]) : default;
            bool isFixed = patterns.IsConstant && (arguments.Length < 3 || escapes.IsConstant);
            LikePattern? pattern = null;
            if (isFixed && IsPlain && arguments[0] is BytesVector flat && valid.CountNulls(rowCount) < rowCount)
            {
                pattern = LikePattern.Parse(patterns[0], arguments.Length > 2 ? escapes[0] : "\\"u8);
                if (!pattern.Part.IsEmpty)
                {
                    FindPart(flat, pattern.Part, result);
                    return new FixedWidthVector<bool>(SqlType.Boolean, rowCount, values, validity);
                }
            }

            for (int row = 0; row < result.Length; row++)
            {
                if (!valid[row])
                {
                    result[row] = false;
                    continue;
                }

                if (pattern is null || !isFixed)
                    pattern = LikePattern.Parse(Fold(patterns[row]), arguments.Length > 2 ? Fold(escapes[row]) : "\\"u8);
                result[row] = pattern.IsMatch(Fold(Filled(texts[row])));
            }

            return new FixedWidthVector<bool>(SqlType.Boolean, rowCount, values, validity);
        }
        catch
        {
            validity?.Dispose();
            values.Dispose();
            throw;
        }
    }

    private bool IsPlain => !ignoresCase && ParameterTypes[0] is not CharType;

    // One search through the bytes of all rows, which lie one behind the other: most are passed over without looking where a row begins.
    private static void FindPart(BytesVector texts, ReadOnlySpan<byte> part, Span<bool> result)
    {
        result.Clear();
        ReadOnlySpan<int> offsets = texts.Offsets;
        ReadOnlySpan<byte> data = texts.Data[..offsets[^1]];
        int row = 0;
        for (int at = offsets[0]; ;)
        {
            int found = data[at..].IndexOf(part);
            if (found < 0)
                return;
            at += found;
            while (offsets[row + 1] <= at)
                row++;
            bool isInside = at + part.Length <= offsets[row + 1];
            result[row] |= isInside;
            at = isInside ? offsets[row + 1] : at + 1;
        }
    }

    private ReadOnlySpan<byte> Filled(ReadOnlySpan<byte> text)
    {
        int missing = ParameterTypes[0] is CharType padded ? padded.Length - Utf8Text.Length(text) : 0;
        return missing <= 0 ? text : (byte[])[.. text, .. Enumerable.Repeat((byte)' ', missing)];
    }

    private ReadOnlySpan<byte> Fold(ReadOnlySpan<byte> text) =>
        ignoresCase ? System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(text).ToLowerInvariant()) : text;
}
