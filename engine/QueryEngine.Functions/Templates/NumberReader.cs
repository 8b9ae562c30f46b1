using System.Text;
using QueryEngine.Functions.Casts;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Templates;

/// <summary>Reads a number that was written after a template, as PostgreSQL's to_number does: what does not fit is passed over.</summary>
internal sealed class NumberReader(NumberTemplate template, string text)
{
    private static readonly DecimalType _type = SqlType.Decimal(DecimalType.MaxPrecision, 10);
    private readonly StringBuilder _digits = new();
    private char _sign = ' ';
    private int _at;
    private int _before;
    private int _after;
    private bool _hasPoint;

    /// <summary>The number as decimal(38,10), unscaled.</summary>
    /// <exception cref="QueryException">INVALID_TEXT_REPRESENTATION when there are no digits.</exception>
    public static Int128 Read(NumberTemplate template, string text)
    {
        if (template.IsScientific || template.IsRoman)
            throw QueryException.NotSupported("to_number with EEEE or RN");
        var reader = new NumberReader(template, text);
        reader.Read();
        string digits = (reader._sign == '-' ? "-" : string.Empty) + reader._digits;
        if (template.Shift > 0)
            digits += "e-" + template.Shift;
        return NumberText.TryParseDecimal(Encoding.UTF8.GetBytes(digits), _type, out Int128 value, out bool isTooLarge) ? value
            : throw new QueryException(isTooLarge ? ErrorCode.NumericValueOutOfRange : ErrorCode.InvalidText, $"'{text}' is not a number of this form");
    }

    private void Read()
    {
        foreach (NumberTemplate.Element element in template.Elements)
        {
            if (_at >= text.Length)
                return;
            switch (element.Keyword)
            {
                case "9" or "0" or "." or "d":
                    ReadPosition(element.Keyword is "9" or "0");
                    _at++;
                    break;
                case "," or "g":
                    if (text[_at] == ',' && (_before > 0 || !template.IsFill))
                        _at++;
                    break;
                case "mi" or "pl" or "sg":
                    if (text[_at] is '-' or '+')
                        _sign = text[_at++];
                    else if (!char.IsAsciiDigit(text[_at]) && text[_at] != '.')
                        _at++;
                    break;
                case "l":
                    if (!char.IsAsciiDigit(text[_at]) && text[_at] is not ('.' or ',' or '-' or '+'))
                        _at++;
                    break;
                case "" or "th":
                    _at++;
                    break;
            }
        }
    }

    private void ReadPosition(bool isDigit)
    {
        if (text[_at] == ' ')
            _at++;
        if (_at >= text.Length)
            return;
        if (_sign == ' ' && isDigit && _before + _after == 0)
        {
            if (text[_at] == '-' || (template.IsBracket && text[_at] == '<'))
                (_sign, _at) = ('-', _at + 1);
            else if (text[_at] == '+')
                (_sign, _at) = ('+', _at + 1);
        }

        if (_at >= text.Length)
            return;
        bool isRead = false;
        if (char.IsAsciiDigit(text[_at]))
        {
            if (_hasPoint && _after == template.After)
                return;
            _digits.Append(text[_at]);
            isRead = true;
            if (_hasPoint)
                _after++;
            else
                _before++;
        }
        else if (template.HasPoint && !_hasPoint && text[_at] == '.')
        {
            _digits.Append('.');
            (_hasPoint, isRead) = (true, true);
        }

        if (_sign != ' ' || _before + _after == 0)
            return;
        if (template.Sign != NumberTemplate.SignPlace.None && isRead && _at + 1 < text.Length && !char.IsAsciiDigit(text[_at + 1]))
        {
            if (text[_at + 1] is '-' or '+')
                _sign = text[++_at];
        }
        else if (!isRead && template is { Sign: NumberTemplate.SignPlace.None, IsPlus: false } && text[_at] is '-' or '+')
        {
            _sign = text[_at];
        }
    }
}
