using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json.Path;

/// <summary>Reads paths of SQL/JSON: recursive descent, bounded in depth.</summary>
internal sealed class PathParser
{
    private const int MaxDepth = 500;

    private static readonly HashSet<string> _methods =
    [
        "abs", "bigint", "boolean", "ceiling", "date", "datetime", "decimal", "double", "floor", "integer", "keyvalue", "number", "size", "string",
        "time", "time_tz", "timestamp", "timestamp_tz", "type",
    ];

    private readonly string _text;
    private readonly List<PathToken> _tokens;
    private int _at;
    private int _depth;

    private PathParser(string text)
    {
        _text = text;
        _tokens = new PathLexer(text).ReadAll();
    }

    /// <summary>Reads a path.</summary>
    /// <exception cref="QueryException">SYNTAX_ERROR, INVALID_REGULAR_EXPRESSION.</exception>
    public static JsonPath Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new QueryException(ErrorCode.InvalidText, $"invalid input syntax for type jsonpath: \"{text}\"");
        var parser = new PathParser(text);
        bool isStrict = parser.AcceptWord("strict");
        if (!isStrict)
            parser.AcceptWord("lax");
        PathItem root = parser.ParseOr(isInFilter: false, isInIndex: false);
        return parser.Current.Kind == PathTokenKind.End ? new JsonPath(isStrict, root) : throw parser.Unexpected();
    }

    private PathToken Current => _tokens[_at];

    private PathItem ParseOr(bool isInFilter, bool isInIndex)
    {
        if (++_depth > MaxDepth)
            throw new QueryException(ErrorCode.StatementTooComplex, $"a JSON path is deeper than {MaxDepth}");
        PathItem left = ParseAnd(isInFilter, isInIndex);
        while (Accept("||"))
            left = new PathItem(PathKind.Or) { Left = Predicate(left), Right = Predicate(ParseAnd(isInFilter, isInIndex)) };
        _depth--;
        return left;
    }

    private PathItem ParseAnd(bool isInFilter, bool isInIndex)
    {
        PathItem left = ParseComparison(isInFilter, isInIndex);
        while (Accept("&&"))
            left = new PathItem(PathKind.And) { Left = Predicate(left), Right = Predicate(ParseComparison(isInFilter, isInIndex)) };
        return left;
    }

    private PathItem ParseComparison(bool isInFilter, bool isInIndex)
    {
        PathItem left = ParseSum(isInFilter, isInIndex);
        if (Current.Kind == PathTokenKind.Symbol && ComparisonOf(Current.Text) is { } kind)
        {
            _at++;
            return new PathItem(kind) { Left = Value(left), Right = Value(ParseSum(isInFilter, isInIndex)) };
        }

        if (AcceptWord("starts"))
        {
            if (!AcceptWord("with"))
                throw Unexpected();
            return new PathItem(PathKind.StartsWith)
            {
                Left = Value(left),
                Right = Current.Kind is PathTokenKind.String or PathTokenKind.Variable ? ParsePrimary(isInFilter, isInIndex) : throw Unexpected(),
            };
        }

        return AcceptWord("like_regex") ? ParseLikeRegex(Value(left)) : left;
    }

    private static PathKind? ComparisonOf(string symbol) => symbol switch
    {
        "==" or "=" => PathKind.Equal,
        "!=" or "<>" => PathKind.NotEqual,
        "<" => PathKind.Less,
        "<=" => PathKind.LessOrEqual,
        ">" => PathKind.Greater,
        ">=" => PathKind.GreaterOrEqual,
        _ => null,
    };

    private PathItem ParseLikeRegex(PathItem left)
    {
        string pattern = Take(PathTokenKind.String), flags = AcceptWord("flag") ? Take(PathTokenKind.String) : string.Empty;
        if (flags.FirstOrDefault(flag => !"ismxq".Contains(flag, StringComparison.Ordinal)) is var odd and not '\0')
            throw new QueryException(ErrorCode.SyntaxError, $"invalid input syntax for type jsonpath: unrecognized flag character \"{odd}\" in LIKE_REGEX predicate");
        flags = string.Concat("ismxq".Where(flag => flags.Contains(flag, StringComparison.Ordinal)));
        bool isLiteral = flags.Contains('q', StringComparison.Ordinal);
        if (flags.Contains('x', StringComparison.Ordinal) && !isLiteral)
            throw QueryException.NotSupported("XQuery flag x of like_regex");
        RegexOptions options = RegexOptions.CultureInvariant;
        if (flags.Contains('i', StringComparison.Ordinal))
            options |= RegexOptions.IgnoreCase;
        if (flags.Contains('s', StringComparison.Ordinal) && !isLiteral)
            options |= RegexOptions.Singleline;
        if (flags.Contains('m', StringComparison.Ordinal) && !isLiteral)
            options |= RegexOptions.Multiline;
        return new PathItem(PathKind.LikeRegex)
        {
            Left = left,
            Name = pattern,
            Flags = flags,
            Pattern = Strings.RegexCache.Create(isLiteral ? Regex.Escape(pattern) : pattern, options),
        };
    }

    private PathItem ParseSum(bool isInFilter, bool isInIndex)
    {
        PathItem left = ParseProduct(isInFilter, isInIndex);
        while (Current is { Kind: PathTokenKind.Symbol, Text: "+" or "-" })
        {
            PathKind kind = _tokens[_at++].Text == "+" ? PathKind.Add : PathKind.Subtract;
            left = new PathItem(kind) { Left = Value(left), Right = Value(ParseProduct(isInFilter, isInIndex)) };
        }

        return left;
    }

    private PathItem ParseProduct(bool isInFilter, bool isInIndex)
    {
        PathItem left = ParseUnary(isInFilter, isInIndex);
        while (Current is { Kind: PathTokenKind.Symbol, Text: "*" or "/" or "%" })
        {
            PathKind kind = _tokens[_at++].Text switch { "*" => PathKind.Multiply, "/" => PathKind.Divide, _ => PathKind.Modulo };
            left = new PathItem(kind) { Left = Value(left), Right = Value(ParseUnary(isInFilter, isInIndex)) };
        }

        return left;
    }

    private PathItem ParseUnary(bool isInFilter, bool isInIndex)
    {
        if (Current is not { Kind: PathTokenKind.Symbol, Text: "+" or "-" })
            return ParseAccessors(ParsePrimary(isInFilter, isInIndex), isInFilter, isInIndex);

        bool isMinus = _tokens[_at++].Text == "-";
        if (++_depth > MaxDepth)
            throw new QueryException(ErrorCode.StatementTooComplex, $"a JSON path is deeper than {MaxDepth}");
        PathItem operand = Value(ParseUnary(isInFilter, isInIndex));
        _depth--;
        if (operand is { Kind: PathKind.Literal, Next: null, Value: { Kind: JsonKind.Number } number })
            return isMinus ? Literal(JsonValue.Number(number.AsNumber().Negate())) : operand;
        return new PathItem(isMinus ? PathKind.Minus : PathKind.Plus) { Left = operand };
    }

    private PathItem ParsePrimary(bool isInFilter, bool isInIndex)
    {
        PathToken token = Current;
        _at++;
        switch (token.Kind)
        {
            case PathTokenKind.String:
                return Literal(JsonValue.String(token.Text));
            case PathTokenKind.Number:
                return Literal(JsonValue.Number(token.Text));
            case PathTokenKind.Variable:
                return new PathItem(PathKind.Variable) { Name = token.Text };
            case PathTokenKind.Word:
                return ParseWord(token.Text, isInFilter, isInIndex);
        }

        switch (token.Text)
        {
            case "$" when token.Kind == PathTokenKind.Symbol:
                return new PathItem(PathKind.Root);
            case "@" when isInFilter:
                return new PathItem(PathKind.Current);
            case "@":
                throw new QueryException(ErrorCode.SyntaxError, "@ is not allowed in root expressions");
            case "!" when Current is { Kind: PathTokenKind.Symbol, Text: "(" } or { Kind: PathTokenKind.Word, Text: "exists" } or { Kind: PathTokenKind.Symbol, Text: "!" }:
                return new PathItem(PathKind.Not) { Left = Predicate(ParsePrimary(isInFilter, isInIndex)) };
            case "(":
                PathItem inner = ParseOr(isInFilter, isInIndex);
                Expect(")");
                if (inner.IsPredicate && AcceptWord("is"))
                    return AcceptWord("unknown") ? new PathItem(PathKind.IsUnknown) { Left = inner } : throw Unexpected();
                return inner;
            default:
                _at--;
                throw Unexpected();
        }
    }

    private PathItem ParseWord(string word, bool isInFilter, bool isInIndex)
    {
        switch (word.ToLowerInvariant())
        {
            case "null" when word == "null":
                return Literal(JsonValue.Null);
            case "true" when word == "true":
                return Literal(JsonValue.True);
            case "false" when word == "false":
                return Literal(JsonValue.False);
            case "last" when isInIndex:
                return new PathItem(PathKind.Last);
            case "last":
                throw new QueryException(ErrorCode.SyntaxError, "LAST is allowed only in array subscripts");
            case "exists":
                Expect("(");
                PathItem inner = ParseOr(isInFilter, isInIndex);
                Expect(")");
                return new PathItem(PathKind.Exists) { Left = Value(inner) };
            default:
                _at--;
                throw Unexpected();
        }
    }

    private PathItem ParseAccessors(PathItem item, bool isInFilter, bool isInIndex)
    {
        while (true)
        {
            if (Accept("."))
                item = item.Then(ParseMember());
            else if (Accept("["))
                item = item.Then(ParseIndex(isInFilter));
            else if (Accept("?"))
                item = item.Then(ParseFilter(isInIndex));
            else
                return item;
        }
    }

    private PathItem ParseMember()
    {
        if (Accept("*"))
            return new PathItem(PathKind.AnyKey);
        if (Accept("**"))
            return new PathItem(PathKind.Descend) { Levels = ParseLevels() };
        string name = Current.Kind is PathTokenKind.Word or PathTokenKind.String ? Current.Text : throw Unexpected();
        bool isMethod = Current.Kind == PathTokenKind.Word && _tokens[_at + 1] is { Kind: PathTokenKind.Symbol, Text: "(" };
        _at++;
        if (!isMethod)
            return new PathItem(PathKind.Key) { Name = name };

        string method = name.ToLowerInvariant();
        if (!_methods.Contains(method))
            throw Unexpected();
        _at++;
        ImmutableArray<PathItem>.Builder arguments = ImmutableArray.CreateBuilder<PathItem>();
        while (!Accept(")"))
        {
            if (arguments.Count > 0)
                Expect(",");
            arguments.Add(ParseUnary(isInFilter: false, isInIndex: false));
        }

        int most = method is "decimal" ? 2 : method is "datetime" or "time" or "time_tz" or "timestamp" or "timestamp_tz" ? 1 : 0;
        return arguments.Count > most ? throw Unexpected() : new PathItem(PathKind.Method) { Name = method, Arguments = arguments.DrainToImmutable() };
    }

    private (int First, int Last) ParseLevels()
    {
        if (!Accept("{"))
            return (0, PathItem.Deepest);
        int first = ParseLevel(), last = AcceptWord("to") ? ParseLevel() : first;
        Expect("}");
        return (first, last);
    }

    private int ParseLevel() => AcceptWord("last") ? PathItem.Deepest
        : int.TryParse(Current.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int level) && Current.Kind == PathTokenKind.Number && _at++ >= 0
            ? level : throw Unexpected();

    private PathItem ParseIndex(bool isInFilter)
    {
        if (Accept("*"))
        {
            Expect("]");
            return new PathItem(PathKind.AnyItem);
        }

        ImmutableArray<PathRange>.Builder ranges = ImmutableArray.CreateBuilder<PathRange>();
        do
        {
            PathItem from = Value(ParseOr(isInFilter, isInIndex: true));
            ranges.Add(new PathRange(from, AcceptWord("to") ? Value(ParseOr(isInFilter, isInIndex: true)) : null));
        }
        while (Accept(","));
        Expect("]");
        return new PathItem(PathKind.Index) { Ranges = ranges.DrainToImmutable() };
    }

    private PathItem ParseFilter(bool isInIndex)
    {
        Expect("(");
        PathItem condition = Predicate(ParseOr(isInFilter: true, isInIndex));
        Expect(")");
        return new PathItem(PathKind.Filter) { Left = condition };
    }

    private static PathItem Literal(JsonValue value) => new(PathKind.Literal) { Value = value };

    private PathItem Predicate(PathItem item) => item is { IsPredicate: true, Next: null } ? item : throw Unexpected();

    // A condition in parentheses has a value when something follows it.
    private PathItem Value(PathItem item) => item is { IsPredicate: true, Next: null } ? throw Unexpected() : item;

    private string Take(PathTokenKind kind) => Current.Kind == kind ? _tokens[_at++].Text : throw Unexpected();

    private bool Accept(string symbol)
    {
        if (Current.Kind != PathTokenKind.Symbol || Current.Text != symbol)
            return false;
        _at++;
        return true;
    }

    private bool AcceptWord(string word)
    {
        if (Current.Kind != PathTokenKind.Word || !Current.Text.Equals(word, StringComparison.OrdinalIgnoreCase))
            return false;
        _at++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Accept(symbol))
            throw Unexpected();
    }

    private QueryException Unexpected() => new(
        ErrorCode.SyntaxError,
        Current.Kind == PathTokenKind.End
            ? $"syntax error at end of jsonpath input: '{_text}'"
            : $"syntax error at or near \"{Current.Text}\" of jsonpath input: '{_text}'");
}
