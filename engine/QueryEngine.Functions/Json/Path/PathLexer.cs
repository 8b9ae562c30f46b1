using System.Globalization;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json.Path;

/// <summary>What a token of a path is.</summary>
internal enum PathTokenKind
{
    End,
    Symbol,
    Word,
    String,
    Number,
    Variable,
}

/// <summary>A token of a path.</summary>
internal readonly record struct PathToken(PathTokenKind Kind, string Text);

/// <summary>Cuts a path into tokens.</summary>
internal sealed class PathLexer(string path)
{
    private const string Special = "?%$.[]{}()|&!=<>@#,*:-+/\\\"";

    private static readonly string[] _symbols = ["**", "==", "<>", "!=", "<=", ">=", "&&", "||"];

    private int _at;

    /// <summary>All tokens, the last one being the end.</summary>
    /// <exception cref="QueryException">SYNTAX_ERROR.</exception>
    public List<PathToken> ReadAll()
    {
        var tokens = new List<PathToken>();
        do
            tokens.Add(Read());
        while (tokens[^1].Kind != PathTokenKind.End);
        return tokens;
    }

    private PathToken Read()
    {
        SkipBlanks();
        if (_at == path.Length)
            return new PathToken(PathTokenKind.End, string.Empty);
        char next = path[_at];
        if (next == '"')
            return new PathToken(PathTokenKind.String, ReadQuoted());
        if (next == '$')
            return ReadVariable();
        if (char.IsAsciiDigit(next) || (next == '.' && char.IsAsciiDigit(At(1))))
            return ReadNumber();
        foreach (string symbol in _symbols)
        {
            if (path.AsSpan(_at).StartsWith(symbol, StringComparison.Ordinal))
            {
                _at += symbol.Length;
                return new PathToken(PathTokenKind.Symbol, symbol);
            }
        }

        if (Special.Contains(next, StringComparison.Ordinal) && next != '\\')
        {
            _at++;
            return new PathToken(PathTokenKind.Symbol, next.ToString());
        }

        return new PathToken(PathTokenKind.Word, ReadWord());
    }

    private PathToken ReadVariable()
    {
        _at++;
        if (At(0) == '"')
            return new PathToken(PathTokenKind.Variable, ReadQuoted());
        return IsWord(At(0)) ? new PathToken(PathTokenKind.Variable, ReadWord()) : new PathToken(PathTokenKind.Symbol, "$");
    }

    private PathToken ReadNumber()
    {
        int start = _at;
        SkipDigits();
        if (At(0) == '.')
        {
            _at++;
            SkipDigits();
        }

        if (At(0) is 'e' or 'E')
        {
            int exponent = _at++;
            if (At(0) is '+' or '-')
                _at++;
            if (!char.IsAsciiDigit(At(0)))
                throw Error($"trailing junk after numeric literal at or near \"{path[start..(exponent + 1)]}\"");
            SkipDigits();
        }

        if (IsWord(At(0)))
            throw Error($"trailing junk after numeric literal at or near \"{path[start..(_at + 1)]}\"");
        string digits = path[start.._at].Replace("_", string.Empty, StringComparison.Ordinal);
        if (digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit(digits[1]))
            throw Error($"trailing junk after numeric literal at or near \"{digits[..2]}\"");
        return new PathToken(PathTokenKind.Number, JsonNumber.Parse(digits).ToString());
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(At(0)) || (At(0) == '_' && char.IsAsciiDigit(At(1))))
            _at++;
    }

    private string ReadWord()
    {
        var word = new StringBuilder();
        while (_at < path.Length && IsWord(path[_at]))
        {
            if (path[_at] == '\\')
                ReadEscape(word);
            else
                word.Append(path[_at++]);
        }

        return word.ToString();
    }

    private string ReadQuoted()
    {
        var text = new StringBuilder();
        for (_at++; At(0) != '"';)
        {
            if (_at >= path.Length)
                throw Error("unterminated quoted string at end of jsonpath input");
            if (path[_at] == '\\')
                ReadEscape(text);
            else
                text.Append(path[_at++]);
        }

        _at++;
        return text.ToString();
    }

    private void ReadEscape(StringBuilder text)
    {
        char escaped = At(1);
        _at += 2;
        switch (escaped)
        {
            case 'b': text.Append('\b'); break;
            case 'f': text.Append('\f'); break;
            case 'n': text.Append('\n'); break;
            case 'r': text.Append('\r'); break;
            case 't': text.Append('\t'); break;
            case 'v': text.Append('\v'); break;
            case 'x': text.Append((char)ReadHex(2, 2)); break;
            case 'u' when At(0) == '{':
                _at++;
                AppendCodePoint(ReadHex(1, 6), text);
                if (At(0) != '}')
                    throw Error("invalid Unicode escape sequence");
                _at++;
                break;
            case 'u': AppendCodePoint(ReadHex(4, 4), text); break;
            case '\0': throw Error("unexpected end after backslash");
            default: text.Append(escaped); break;
        }
    }

    private void AppendCodePoint(int value, StringBuilder text)
    {
        if (value == 0)
            throw new QueryException(ErrorCode.UntranslatableCharacter, "\\u0000 cannot be converted to text");
        if (value <= char.MaxValue)
            text.Append((char)value);
        else
            text.Append(Rune.IsValid(value) ? new Rune(value).ToString() : throw Error("invalid Unicode escape sequence"));
    }

    private int ReadHex(int least, int most)
    {
        int start = _at;
        while (_at - start < most && char.IsAsciiHexDigit(At(0)))
            _at++;
        return _at - start < least
            ? throw Error("invalid hexadecimal character sequence")
            : int.Parse(path.AsSpan(start, _at - start), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    private void SkipBlanks()
    {
        while (_at < path.Length)
        {
            if (char.IsWhiteSpace(path[_at]))
            {
                _at++;
            }
            else if (path[_at] == '/' && At(1) == '*')
            {
                int end = path.IndexOf("*/", _at + 2, StringComparison.Ordinal);
                _at = end < 0 ? throw Error("unexpected end of comment") : end + 2;
            }
            else
            {
                return;
            }
        }
    }

    private char At(int offset) => _at + offset < path.Length ? path[_at + offset] : '\0';

    private static bool IsWord(char next) =>
        next == '\\' || (next != '\0' && !char.IsWhiteSpace(next) && !Special.Contains(next, StringComparison.Ordinal));

    private static QueryException Error(string message) => new(ErrorCode.SyntaxError, $"{message} of jsonpath input");
}
