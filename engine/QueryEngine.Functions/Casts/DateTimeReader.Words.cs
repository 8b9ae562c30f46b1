using QueryEngine.Functions.Temporal;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

/// <content>Words, tokens, and the end of reading.</content>
internal sealed partial class DateTimeReader
{
    private readonly record struct Token(TokenKind Kind, string Text);

    private bool TryReadWord(string word)
    {
        switch (word)
        {
            case "infinity" or "inf" or "+infinity" or "+inf" when _tokens.Count == 1:
                _parts.Infinity = 1;
                return true;
            case "-infinity" or "-inf" when _tokens.Count == 1:
                _parts.Infinity = -1;
                return true;
            case "epoch" when _tokens.Count == 1:
                (_parts.Days, _parts.Nanos, _parts.OffsetSeconds, _isDateDone) = (0, 0, 0, true);
                return true;
            case "now" or "today" or "tomorrow" or "yesterday":
                return TryReadToday(word);
            case "allballs":
                _parts.OffsetSeconds = 0;
                return TrySetTime(0, 0, 0, string.Empty);
            case "am" or "pm":
                if (_isAfternoon is not null)
                    return false;
                _isAfternoon = word == "pm";
                return true;
            case "bc" or "b":
                _isBeforeChrist = true;
                return true;
            case "ad" or "a":
                return true;
            case "t" or "j" when _prefix == default:
                _prefix = word[0];
                return true;
            case "dst":
                return true;
        }

        if (_months.TryGetValue(word, out int month))
        {
            // "1 Jan": the number before was the day, not the month.
            if (_month is { } number && !_hasTextMonth)
            {
                if (_day is not null)
                    return false;
                _day = number;
            }
            else if (_hasTextMonth)
            {
                return false;
            }

            (_month, _hasTextMonth) = (month, true);
            return true;
        }

        return _ignored.Contains(word) || TryReadZoneName(word);
    }

    private bool TryReadToday(string word)
    {
        if (HasAnyDate)
            return false;
        long micros = (_session.StartTime - DateTimeOffset.UnixEpoch).Ticks / 10;
        long day = DateMath.DayOf(Zones.ToLocal(Zones.Of(_session), micros), out long time);
        _isDateDone = true;
        _parts.Days = word switch { "tomorrow" => day + 1, "yesterday" => day - 1, _ => day };
        if (word == "now")
            _parts.Nanos = time * 1000;
        return true;
    }

    private bool TryFinish()
    {
        if (_isAfternoon is { } isAfternoon)
        {
            const long hour = 3600 * NanosPerSecond;
            if (_parts.Nanos is not { } nanos || nanos >= 13 * hour || nanos < (isAfternoon ? hour : 0))
                return false;
            _parts.Nanos = isAfternoon && nanos < 12 * hour ? nanos + (12 * hour) : !isAfternoon && nanos >= 12 * hour ? nanos - (12 * hour) : nanos;
        }

        if (_parts.Infinity != 0 || (_isDateDone && _dayOfYear is null))
            return true;
        if (!HasAnyDate)
            return _parts.Nanos is not null;
        if (!HasDate || _year is not { } year)
            return false;
        if (_isBeforeChrist)
            year = 1 - year;
        else if (_isYearShort)
            year += year < 70 ? 2000 : 1900;
        if (_dayOfYear is { } dayOfYear)
        {
            _parts.Days = SqlValueText.DayNumber(year, 1, 1) + dayOfYear - 1;
            _parts.IsOutOfRange = dayOfYear > (Calendar.IsLeap(year) ? 366 : 365);
            return !_parts.IsOutOfRange;
        }

        _parts.IsOutOfRange = _month is < 1 or > 12 || _day < 1 || _day > Calendar.DaysInMonth(year, _month!.Value) || (_isBeforeChrist && year > 0);
        if (_parts.IsOutOfRange)
            return false;
        _parts.Days = SqlValueText.DayNumber(year, _month!.Value, _day!.Value);
        return true;
    }

    private static List<Token>? Split(string text)
    {
        var tokens = new List<Token>();
        int at = 0;
        while (at < text.Length)
        {
            char next = char.ToLowerInvariant(text[at]);
            int start = at;
            if (char.IsAsciiDigit(next))
                tokens.Add(SplitNumber(text, ref at));
            else if (next is '+' or '-')
                tokens.Add(SplitSigned(text, ref at));
            else if (char.IsAsciiLetter(next))
                tokens.Add(SplitWord(text, ref at));
            else if (char.IsWhiteSpace(next) || char.IsPunctuation(next))
                at++;
            else
                return null;
            if (at == start || tokens.Count > 25 || (tokens.Count > 0 && tokens[^1].Text.Length == 0))
                return null;
        }

        return tokens;
    }

    private static Token SplitNumber(string text, ref int at)
    {
        int start = at;
        Skip(text, ref at, char.IsAsciiDigit);
        if (at < text.Length && text[at] == ':')
        {
            Skip(text, ref at, next => char.IsAsciiDigit(next) || next is ':' or '.');
            return new Token(TokenKind.Time, text[start..at]);
        }

        if (at == text.Length || text[at] is not ('-' or '/' or '.') || at + 1 == text.Length)
            return new Token(TokenKind.Number, text[start..at]);
        char separator = text[at++];
        if (char.IsAsciiDigit(text[at]))
        {
            Skip(text, ref at, char.IsAsciiDigit);
            bool isThree = at < text.Length && text[at] == separator;
            if (isThree)
                Skip(text, ref at, next => char.IsAsciiDigit(next) || next == separator);
            return new Token(isThree || separator != '.' ? TokenKind.Date : TokenKind.Number, text[start..at]);
        }

        Skip(text, ref at, next => char.IsAsciiLetterOrDigit(next) || next == separator);
        return new Token(TokenKind.Date, text[start..at].ToLowerInvariant());
    }

    private static Token SplitWord(string text, ref int at)
    {
        int start = at;
        Skip(text, ref at, char.IsAsciiLetter);
        string word = text[start..at].ToLowerInvariant();
        bool isJoined = at < text.Length && (text[at] is '-' or '/' or '.' or '_'
            || ((text[at] == '+' || char.IsAsciiDigit(text[at])) && word is not ("j" or "t" or "am" or "pm" or "bc" or "ad") && !_months.ContainsKey(word) && !_ignored.Contains(word)));
        if (!isJoined)
            return new Token(TokenKind.Word, word);
        Skip(text, ref at, next => char.IsAsciiLetterOrDigit(next) || next is '+' or '-' or '/' or '_' or '.' or ':');
        return new Token(TokenKind.Date, text[start..at].ToLowerInvariant());
    }

    private static Token SplitSigned(string text, ref int at)
    {
        string sign = text[at++].ToString();
        Skip(text, ref at, char.IsWhiteSpace);
        int start = at;
        if (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            Skip(text, ref at, next => char.IsAsciiDigit(next) || next is ':');
            return new Token(TokenKind.Zone, sign + text[start..at]);
        }

        Skip(text, ref at, char.IsAsciiLetter);
        return new Token(TokenKind.Special, at == start ? string.Empty : sign + text[start..at].ToLowerInvariant());
    }

    private static void Skip(string text, ref int at, Func<char, bool> belongs)
    {
        while (at < text.Length && belongs(text[at]))
            at++;
    }
}
