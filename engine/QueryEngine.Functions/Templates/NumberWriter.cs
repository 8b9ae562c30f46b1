using System.Globalization;
using System.Text;

namespace QueryEngine.Functions.Templates;

/// <summary>Writes a number after a template, position by position as PostgreSQL's to_char does.</summary>
internal sealed class NumberWriter
{
    private static readonly (int Value, string Letters)[] _roman =
    [
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ];

    private readonly NumberTemplate _template;
    private readonly StringBuilder _output = new();
    private readonly string _digits;
    private readonly bool _isNegative;
    private readonly int _leading;
    private readonly int _count;
    private readonly int _lastRelevant = -1;
    private readonly bool _isBracket;
    private readonly NumberTemplate.SignPlace _sign;
    private bool _isSignWritten;
    private bool _isInNumber;
    private int _position;
    private int _next;

    private NumberWriter(NumberTemplate template, bool isNegative, string digits)
    {
        _template = template;
        _isNegative = isNegative;
        int before = template.Before + template.Shift;
        int whole = digits.IndexOf('.', StringComparison.Ordinal) is var point && point < 0 ? digits.Length : point;
        if (whole > before)
        {
            digits = new string('#', before) + "." + new string('#', template.After);
            whole = before;
        }

        _digits = digits;
        _leading = before - whole;
        _isBracket = template.IsBracket && (isNegative || !template.IsFill);
        _sign = template.Sign;

        // PL alone writes a plus and leaves the minus to the number.
        _isSignWritten = template.IsPlus || template.IsMinus
            ? template.IsMinus
            : !isNegative && template.IsFill && _sign == NumberTemplate.SignPlace.None;
        _count = template.After + before - 1;
        if (template is { IsFill: true, HasPoint: true } && digits.Contains('.', StringComparison.Ordinal))
        {
            _lastRelevant = digits.TrimEnd('0').Length - 1;
            if (template.ZeroEnd > _leading)
                _lastRelevant = Math.Max(_lastRelevant, Math.Min(digits.Length - 1, template.ZeroEnd - _leading));
        }

        if (!_isSignWritten && _leading == 0)
            _count++;
    }

    /// <summary>The text of a number, given as its sign and digits: <paramref name="round"/> gives the digits for a number of places after the point.</summary>
    public static string Write(NumberTemplate template, bool isNegative, double value, Func<int, int, string> round) =>
        Write(template, isNegative, value, round, scientific: null);

    /// <summary>As the other, with the scientific text of numbers that no double holds: for a number of places after the point.</summary>
    public static string Write(NumberTemplate template, bool isNegative, double value, Func<int, int, string> round, Func<int, string>? scientific)
    {
        if (template.IsRoman)
            return Roman(template, value);
        if (template.IsScientific)
            return scientific is null ? Scientific(template, value) : (isNegative ? string.Empty : " ") + scientific(template.After);
        if (!double.IsFinite(value))
            return NotFinite(template, value);
        string digits = round(template.Shift, template.After);
        bool isZero = digits.AsSpan().IndexOfAnyInRange('1', '9') < 0;
        return new NumberWriter(template, isNegative && !isZero, digits).Write();
    }

    private static string NotFinite(NumberTemplate template, double value)
    {
        string text = double.IsNaN(value) ? "NaN" : "Infinity";
        if (template.Before >= text.Length && template.Elements is [{ Keyword: "mi" }, ..])
            return (value < 0 ? "-" : template.IsFill ? string.Empty : " ") + text.PadLeft(template.IsFill ? 0 : template.Before);
        return template.Before >= text.Length
            ? (value < 0 ? "-" + text : text).PadLeft(template.IsFill ? 0 : template.Before + 1)
            : (template.IsFill ? string.Empty : " ") + new string('#', template.Before) + (template.HasPoint ? "." + new string('#', template.After) : string.Empty);
    }

    private string Write()
    {
        foreach (NumberTemplate.Element element in _template.Elements)
        {
            switch (element.Keyword)
            {
                case "9" or "0" or "." or "d":
                    WritePosition(element.Keyword == "0");
                    break;
                case "," or "g":
                    if (_isInNumber)
                        _output.Append(',');
                    else if (!_template.IsFill)
                        _output.Append(' ');
                    break;
                case "mi":
                    WriteSign(_isNegative, '-');
                    break;
                case "pl":
                    WriteSign(!_isNegative, '+');
                    break;
                case "sg":
                    _output.Append(_isNegative ? '-' : '+');
                    break;
                case "th" when !_isNegative && !_template.HasPoint && !_digits.StartsWith('#'):
                    _output.Append(Ordinals.Suffix(_digits, isUpper: element.Literal == 'T'));
                    break;
                case "l":
                    _output.Append(' ');
                    break;
                case "":
                    _output.Append(element.Literal);
                    break;
            }
        }

        return _output.ToString();
    }

    private void WriteSign(bool isWritten, char sign)
    {
        if (isWritten)
            _output.Append(sign);
        else if (!_template.IsFill)
            _output.Append(' ');
    }

    // A number below one has no digit before its point where the template has no 0.
    private bool IsBlankZero => !_template.HasZero && _next == 0 && _digits[0] == '0' && _template.After != 0;

    private void WritePosition(bool isZeroElement)
    {
        bool startsHere = _position >= _leading || (_template.HasZero && _template.ZeroStart == _position);
        if (!_isSignWritten && startsHere && (!IsBlankZero || IsLastPoint))
            WriteLeadingSign();

        if (_position < _leading && !(_template.HasZero && _template.ZeroStart <= _position))
        {
            if (!_template.IsFill)
                _output.Append(' ');
        }
        else if (_position < _leading)
        {
            _output.Append('0');
            _isInNumber = true;
        }
        else if (_next < _digits.Length)
        {
            WriteDigit(isZeroElement);
            _next++;
        }

        int end = _count + (_leading > 0 ? 1 : 0) + (_template.HasPoint ? 1 : 0);
        if (_lastRelevant >= 0 && _lastRelevant == _next)
            end = _position;
        if (_position + 1 == end)
        {
            if (_isSignWritten && _isBracket)
                _output.Append(_isNegative ? '>' : ' ');
            else if (_sign == NumberTemplate.SignPlace.After)
                _output.Append(_isNegative ? '-' : '+');
        }

        _position++;
    }

    private bool IsLastPoint => _lastRelevant >= 0 && _digits[_lastRelevant] == '.';

    private void WriteLeadingSign()
    {
        switch (_sign)
        {
            case NumberTemplate.SignPlace.Before:
                _output.Append(_isNegative ? '-' : '+');
                _isSignWritten = true;
                return;
            case NumberTemplate.SignPlace.After:
                return;
        }

        if (_isBracket)
            _output.Append(_isNegative ? '<' : ' ');
        else if (_isNegative)
            _output.Append('-');
        else if (!_template.IsFill)
            _output.Append(' ');
        _isSignWritten = true;
    }

    private void WriteDigit(bool isZeroElement)
    {
        if (_digits[_next] == '.')
        {
            if (!IsLastPoint || _template.IsFill)
                _output.Append('.');
            return;
        }

        if (_lastRelevant >= 0 && _next > _lastRelevant && !isZeroElement)
            return;
        if (IsBlankZero)
        {
            if (!_template.IsFill)
                _output.Append(' ');
            else if (IsLastPoint)
                _output.Append('0');
            return;
        }

        _output.Append(_digits[_next]);
        _isInNumber = true;
    }

    private static string Roman(NumberTemplate template, double value)
    {
        double rounded = Math.Round(value, MidpointRounding.AwayFromZero);
        if (rounded is not (>= 1 and <= 3999))
            return new string('#', 15);
        var letters = new StringBuilder();
        int rest = (int)rounded;
        foreach ((int size, string text) in _roman)
            for (; rest >= size; rest -= size)
                letters.Append(text);
        string roman = template.Elements.Any(element => element is { Keyword: "rn", Literal: 'r' }) ? letters.ToString().ToLowerInvariant() : letters.ToString();
        return template.IsFill ? roman : roman.PadLeft(15);
    }

    private static string Scientific(NumberTemplate template, double value)
    {
        if (!double.IsFinite(value))
            return " " + new string('#', template.Before) + "." + new string('#', template.After + 4);
        string text = value.ToString((template.After == 0 ? "0" : "0." + new string('0', template.After)) + "e+00", CultureInfo.InvariantCulture);
        return text.StartsWith('-') ? text : " " + text;
    }
}

/// <summary>English ordinals.</summary>
internal static class Ordinals
{
    /// <summary>st, nd, rd or th of a number that ends in these digits.</summary>
    public static string Suffix(string digits, bool isUpper)
    {
        bool isTeen = digits.Length > 1 && digits[^2] == '1';
        string suffix = (isTeen ? '0' : digits[^1]) switch { '1' => "st", '2' => "nd", '3' => "rd", _ => "th" };
        return isUpper ? suffix.ToUpperInvariant() : suffix;
    }
}
