using System.Buffers;
using System.Text;
using QueryEngine.Connectors.Formats.Text;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Csv;

/// <summary>What the values of a column seen so far could all be.</summary>
internal readonly record struct ColumnGuess
{
    /// <summary>A column without values.</summary>
    public static readonly ColumnGuess Nothing = new(
        Candidates.Boolean | Candidates.Integer | Candidates.Decimal | Candidates.Double | Candidates.Date | Candidates.Timestamp | Candidates.Instant,
        0, 0, 0, true);

    private const int EnoughValues = 100;
    private static readonly SearchValues<char> _decimalCharacters = SearchValues.Create("0123456789.-");
    private static readonly SearchValues<char> _integerCharacters = SearchValues.Create("0123456789-");
    private readonly Candidates _candidates;
    private readonly int _count;
    private readonly int _wholeDigits;
    private readonly int _scale;
    private readonly bool _sameScale;

    private ColumnGuess(Candidates candidates, int count, int wholeDigits, int scale, bool sameScale)
    {
        _candidates = candidates;
        _count = count;
        _wholeDigits = wholeDigits;
        _scale = scale;
        _sameScale = sameScale;
    }

    [Flags]
    private enum Candidates
    {
        None = 0,
        Boolean = 1,
        Integer = 2,
        Decimal = 4,
        Double = 8,
        Date = 16,
        Timestamp = 32,
        Instant = 64,
    }

    /// <summary>Whether the column has values.</summary>
    public bool HasValues => _count > 0;

    /// <summary>Whether nothing but text fits.</summary>
    public bool IsText => _candidates == Candidates.None;

    /// <summary>Looks at a column of some rows.</summary>
    public static ColumnGuess Of(List<string?[]> rows, int column)
    {
        ColumnGuess guess = Nothing;
        foreach (string?[] row in rows)
            guess = guess.With(row[column]);
        return guess;
    }

    /// <summary>The guess with one more value. NULL fits everything.</summary>
    public ColumnGuess With(string? text)
    {
        if (text is null)
            return this;
        if (text.Length == 0 || IsText)
            return new ColumnGuess(text.Length == 0 ? _candidates : Candidates.None, _count + 1, _wholeDigits, _scale, _sameScale);

        Candidates left = _candidates & Fitting(text);
        (int digits, int scale) = DigitsOf(text);
        return new ColumnGuess(
            left, _count + 1, Math.Max(_wholeDigits, digits), Math.Max(_scale, scale), _sameScale && (_count == 0 || scale == _scale));
    }

    /// <summary>
    /// The type. Numbers with a point are decimal when all have the same number of digits after it and there are enough to believe
    /// that the rest do too, else double.
    /// </summary>
    public SqlType TypeOf(bool sawAll)
    {
        if (_count == 0 || _candidates == Candidates.None)
            return SqlType.Varchar;
        if (_candidates.HasFlag(Candidates.Boolean))
            return SqlType.Boolean;
        if (_candidates.HasFlag(Candidates.Integer))
            return SqlType.BigInt;
        if (_candidates.HasFlag(Candidates.Decimal) && _sameScale && (sawAll || _count >= EnoughValues || _scale == 0) && _wholeDigits + _scale <= DecimalType.MaxPrecision)
            return SqlType.Decimal(_wholeDigits + _scale <= DecimalType.MaxShortPrecision && _scale > 0 ? DecimalType.MaxShortPrecision : DecimalType.MaxPrecision, _scale);
        if (_candidates.HasFlag(Candidates.Double))
            return SqlType.Double;
        if (_candidates.HasFlag(Candidates.Date))
            return SqlType.Date;
        return _candidates.HasFlag(Candidates.Timestamp) ? SqlType.Timestamp
            : _candidates.HasFlag(Candidates.Instant) ? SqlType.TimestampWithTimeZone : SqlType.Varchar;
    }

    private static unsafe Candidates Fitting(string text)
    {
        Span<byte> padded = stackalloc byte[96];
        if (text.Length > 64)
            return Candidates.None;
        padded.Clear();
        if (!Encoding.UTF8.TryGetBytes(text, padded[..64], out int length))
            return Candidates.None;

        fixed (byte* bytes = padded)
        {
            var fitting = Candidates.None;
            if (TextParsers.TryParseBoolean(bytes, length, out _))
                return Candidates.Boolean;
            bool isNumber = !HasLeadingZeros(text) && bytes[0] != '+';
            if (isNumber && TextParsers.TryParseLong(bytes, length, out _))
                return Candidates.Integer | Candidates.Decimal | Candidates.Double;
            if (isNumber && !text.AsSpan().ContainsAnyExcept(_decimalCharacters) && TextParsers.TryParseWideDecimal(bytes, length, DigitsOf(text).Scale, out _))
                fitting |= Candidates.Decimal;
            if (isNumber && text.AsSpan().ContainsAnyInRange('0', '9') && TextParsers.TryParseDouble(bytes, length, out _))
                return fitting | (IsHugeInteger(text) ? Candidates.None : Candidates.Double);
            if (TextParsers.TryParseDate(bytes, length, out _))
                return Candidates.Date | Candidates.Timestamp | Candidates.Instant;
            if (TextParsers.TryParseTimestamp(bytes, length, out _, out bool hasZone))
                return hasZone ? Candidates.Instant : Candidates.Timestamp | Candidates.Instant;
            return fitting;
        }
    }

    // 00123 is a code, not a number: as a number it would lose its zeros.
    private static bool HasLeadingZeros(string text)
    {
        ReadOnlySpan<char> digits = text.AsSpan(text[0] == '-' ? 1 : 0);
        return digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit(digits[1]);
    }

    private static bool IsHugeInteger(string text) => !text.AsSpan().ContainsAnyExcept(_integerCharacters);

    private static (int Digits, int Scale) DigitsOf(string text)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        int start = text[0] is '-' or '+' ? 1 : 0;
        return point < 0 ? (text.Length - start, 0) : (point - start, text.Length - point - 1);
    }
}
