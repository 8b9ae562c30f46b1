using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <summary>Reads the PATTERN of MATCH_RECOGNIZE, whose symbols mean other things elsewhere.</summary>
internal sealed class RowPatternReader(string text, int start, Func<int, SourcePosition> positionOf)
{
    private const int MaximumDepth = 200;

    private int _at;
    private int _depth;

    /// <summary>The whole pattern.</summary>
    /// <exception cref="QueryException">SYNTAX_ERROR.</exception>
    public RowPattern Read()
    {
        var pattern = Alternation();
        return _at == text.Length ? pattern : throw Unexpected("a variable");
    }

    private SourcePosition Here => positionOf(start + _at);

    private RowPattern Alternation()
    {
        if (++_depth > MaximumDepth)
            throw new QueryException(ErrorCode.StatementTooComplex, "the pattern is nested too deeply", Here);
        var position = Here;
        var choices = ImmutableArray.CreateBuilder<RowPattern>();
        do
        {
            choices.Add(Sequence());
        }
        while (Accept("|"));
        _depth--;
        return choices.Count == 1 ? choices[0] : new PatternAlternation(choices.DrainToImmutable()) { Position = position };
    }

    private RowPattern Sequence()
    {
        Skip();
        var position = Here;
        var parts = ImmutableArray.CreateBuilder<RowPattern>();
        while (!AtEnd && text[_at] is not ('|' or ')' or ',') && !At("-}"))
        {
            parts.Add(Quantified());
            Skip();
        }

        return parts.Count == 1 ? parts[0] : new PatternSequence(parts.DrainToImmutable()) { Position = position };
    }

    private RowPattern Quantified()
    {
        var position = Here;
        var pattern = Primary();
        Skip();
        (int Least, int? Most)? bounds = Accept("*") ? (0, null) : Accept("+") ? (1, null) : Accept("?") ? (0, 1)
            : At("{") && !At("{-") ? Bounds() : null;
        if (bounds is not var (least, most))
            return pattern;
        return new PatternQuantifier(pattern, least, most, IsReluctant: Accept("?")) { Position = position };
    }

    private (int Least, int? Most) Bounds()
    {
        var position = Here;
        _at++;
        int? least = Number();
        int? most = least;
        if (Accept(","))
            most = Number();
        else if (least is null)
            throw Unexpected("a number");
        if (!Accept("}"))
            throw Unexpected("'}'");
        return most < (least ?? 0) || most == 0
            ? throw new QueryException(ErrorCode.SyntaxError, $"a quantifier of at most {most} makes no sense after at least {least ?? 0}", position)
            : (least ?? 0, most);
    }

    private int? Number()
    {
        Skip();
        int from = _at;
        while (!AtEnd && char.IsAsciiDigit(text[_at]))
            _at++;
        if (from == _at)
            return null;
        return int.TryParse(text.AsSpan(from, _at - from), out int number)
            ? number
            : throw new QueryException(ErrorCode.StatementTooComplex, "the quantifier is too large", positionOf(start + from));
    }

    private RowPattern Primary()
    {
        var position = Here;
        if (Accept("^"))
            return new PatternAnchor(IsStart: true) { Position = position };
        if (Accept("$"))
            return new PatternAnchor(IsStart: false) { Position = position };
        if (Accept("{-"))
            return new PatternExclusion(Close(Alternation(), "-}")) { Position = position };
        if (Accept("("))
            return Close(Alternation(), ")");
        var name = Name();
        if (name.IsQuoted || !name.Value.Equals("PERMUTE", StringComparison.OrdinalIgnoreCase) || !Accept("("))
            return new PatternVariable(name) { Position = position };
        var parts = ImmutableArray.CreateBuilder<RowPattern>();
        do
        {
            parts.Add(Alternation());
        }
        while (Accept(","));
        return Close(new PatternPermutation(parts.DrainToImmutable()) { Position = position }, ")");
    }

    private RowPattern Close(RowPattern pattern, string symbol) => Accept(symbol) ? pattern : throw Unexpected($"'{symbol}'");

    private Identifier Name()
    {
        var position = Here;
        if (At("\""))
        {
            int end = text.IndexOf('"', _at + 1);
            if (end <= _at + 1)
                throw Unexpected("a variable");
            string quoted = text[(_at + 1)..end];
            _at = end + 1;
            return new Identifier(quoted, IsQuoted: true) { Position = position };
        }

        int from = _at;
        while (!AtEnd && (char.IsLetterOrDigit(text[_at]) || text[_at] == '_'))
            _at++;
        if (from == _at || char.IsAsciiDigit(text[from]))
            throw Unexpected("a variable");
        return new Identifier(text[from.._at], IsQuoted: false) { Position = position };
    }

    private bool AtEnd => _at >= text.Length;

    private bool At(string symbol) => string.CompareOrdinal(text, _at, symbol, 0, symbol.Length) == 0;

    private bool Accept(string symbol)
    {
        Skip();
        if (!At(symbol))
            return false;
        _at += symbol.Length;
        return true;
    }

    private void Skip()
    {
        while (!AtEnd && char.IsWhiteSpace(text[_at]))
            _at++;
    }

    private QueryException Unexpected(string expected) => new(
        ErrorCode.SyntaxError,
        AtEnd ? $"syntax error at the end of the pattern: expected {expected}" : $"syntax error at or near '{text[_at]}' in the pattern: expected {expected}",
        Here);
}
