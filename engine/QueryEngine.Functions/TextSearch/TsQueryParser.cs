using QueryEngine.Spi;

namespace QueryEngine.Functions.TextSearch;

/// <summary>Reads queries: words with <c>! &lt;-&gt; &amp; |</c> and parentheses. What a word means is told by a function, null for words that no document keeps.</summary>
internal sealed class TsQueryParser(string text, Func<string, int, bool, TsQuery?> word)
{
    private const int MaxDepth = 500;
    private readonly TsReader _reader = new(text);
    private int _depth;

    /// <summary>The query of a text, words as they stand; null where there is none.</summary>
    /// <exception cref="QueryException">SYNTAX_ERROR.</exception>
    public static TsQuery? Parse(string text) =>
        new TsQueryParser(text, static (word, weights, isPrefix) => new TsWord(word, weights, isPrefix)).Parse();

    /// <summary>Reads all of it. Stop words have gone, and phrases have become longer by them.</summary>
    public TsQuery? Parse()
    {
        if (_reader.IsAtEnd)
            return null;
        TsQuery read = ParsePair(1);
        return _reader.IsAtEnd ? Clean(read).Node : throw _reader.Wrong();
    }

    private TsQuery ParsePair(int power)
    {
        if (++_depth > MaxDepth)
            throw new QueryException(ErrorCode.StatementTooComplex, "a text search query is nested too deeply");
        TsQuery left = ParseOperand();
        while (TryReadOperator(power, out char symbol, out int distance))
            left = new TsPair(left, ParsePair(PowerOf(symbol) + 1), symbol, distance);
        _depth--;
        return left;
    }

    private static int PowerOf(char symbol) => symbol switch
    {
        '|' => 1,
        '&' => 2,
        _ => 3,
    };

    private bool TryReadOperator(int power, out char symbol, out int distance)
    {
        _reader.SkipBlanks();
        (symbol, distance) = (_reader.Next, 0);
        if (symbol is not ('|' or '&' or '<') || PowerOf(symbol) < power)
            return false;
        _reader.Accept(symbol);
        if (symbol != TsPair.Phrase)
            return true;
        distance = _reader.Accept('-') ? 1 : _reader.ReadDistance();
        return _reader.Accept('>') ? true : throw _reader.Wrong();
    }

    private TsQuery ParseOperand()
    {
        _reader.SkipBlanks();
        if (_reader.Accept('!'))
        {
            if (++_depth > MaxDepth)
                throw new QueryException(ErrorCode.StatementTooComplex, "a text search query is nested too deeply");
            var not = new TsNot(ParseOperand());
            _depth--;
            return not;
        }

        if (_reader.Accept('('))
        {
            TsQuery inner = ParsePair(1);
            _reader.SkipBlanks();
            return _reader.Accept(')') ? inner : throw _reader.Wrong();
        }

        if (_reader.Next is '&' or '|' or ')' or '<' || !_reader.TryReadWord(out string read, ":&|!()<"))
            throw _reader.Wrong();
        (int weights, bool isPrefix) = (0, false);
        if (_reader.Accept(':'))
        {
            while (true)
            {
                if (_reader.Accept('*'))
                    isPrefix = true;
                else if (char.ToUpperInvariant(_reader.Next) is >= 'A' and <= 'D')
                    weights |= 1 << _reader.ReadWeight();
                else
                    break;
            }
        }

        return word(read, weights, isPrefix) ?? new TsWord("", 0, false) { IsStop = true };
    }

    /// <summary>A query without its stop words: phrases around them grow by what they took. The numbers say how much is to be added before and behind.</summary>
    public static (TsQuery? Node, int Before, int Behind) Clean(TsQuery node)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node)
        {
            case TsWord word:
                return (word.IsStop ? null : word, 0, 0);
            case TsNot not:
                (TsQuery? operand, int before, int behind) = Clean(not.Operand);
                return (operand is null ? null : not with { Operand = operand }, before, behind);
            default:
                return Clean((TsPair)node);
        }
    }

    private static (TsQuery? Node, int Before, int Behind) Clean(TsPair pair)
    {
        bool isPhrase = pair.Operator == TsPair.Phrase;
        (TsQuery? left, int leftBefore, int leftBehind) = Clean(pair.Left);
        (TsQuery? right, int rightBefore, int rightBehind) = Clean(pair.Right);
        if (left is null && right is null)
        {
            int all = isPhrase ? leftBefore + pair.Distance + rightBefore : Math.Max(leftBefore, rightBefore);
            return (null, all, all);
        }

        if (left is null)
            return (right, isPhrase ? leftBefore + pair.Distance + rightBefore : rightBefore, rightBehind);
        if (right is null)
            return (left, leftBefore, isPhrase ? leftBehind + pair.Distance + rightBehind : leftBehind);
        return isPhrase
            ? (pair with { Left = left, Right = right, Distance = pair.Distance + leftBehind + rightBefore }, leftBefore, rightBehind)
            : (pair with { Left = left, Right = right }, 0, 0);
    }
}
