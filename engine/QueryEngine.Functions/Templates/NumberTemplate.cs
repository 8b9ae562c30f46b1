using QueryEngine.Spi;

namespace QueryEngine.Functions.Templates;

/// <summary>PostgreSQL's template of a number: <c>FM9,999.00MI</c>. What to_char and to_number share: the elements and what they say together.</summary>
internal sealed class NumberTemplate
{
    private static readonly string[] _keywords =
        ["eeee", ",", ".", "9", "0", "b", "d", "fm", "g", "l", "mi", "pl", "pr", "rn", "sg", "s", "th", "v"];

    private readonly List<Element> _elements = [];

    private NumberTemplate(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            if (text[at] == '"')
            {
                for (at++; at < text.Length && text[at] != '"'; at++)
                    _elements.Add(new Element(string.Empty, text[at] == '\\' && at + 1 < text.Length ? text[++at] : text[at]));
                at++;
                continue;
            }

            string? keyword = Array.Find(_keywords, candidate => string.Compare(text, at, candidate, 0, candidate.Length, StringComparison.OrdinalIgnoreCase) == 0);
            _elements.Add(new Element(keyword ?? string.Empty, text[at]));
            at += keyword?.Length ?? 1;
            if (keyword is not null)
                Take(keyword);
        }

        if (ZeroStart > 0)
            ZeroStart--;
    }

    /// <summary>Where a sign with S stands.</summary>
    public enum SignPlace
    {
        None,
        Before,
        After,
    }

    /// <summary>The elements in order.</summary>
    public IReadOnlyList<Element> Elements => _elements;

    /// <summary>Digits before the point.</summary>
    public int Before { get; private set; }

    /// <summary>Digits after the point.</summary>
    public int After { get; private set; }

    /// <summary>Digits after V: the number is multiplied by as many tens.</summary>
    public int Shift { get; private set; }

    /// <summary>The place of the first 0, from 0.</summary>
    public int ZeroStart { get; private set; }

    /// <summary>The place after the last 0.</summary>
    public int ZeroEnd { get; private set; }

    public bool HasZero { get; private set; }

    public bool HasPoint { get; private set; }

    public bool HasShift { get; private set; }

    public bool IsFill { get; private set; }

    public bool IsBracket { get; private set; }

    public bool IsMinus { get; private set; }

    public bool IsPlus { get; private set; }

    public bool IsRoman { get; private set; }

    public bool IsScientific { get; private set; }

    public SignPlace Sign { get; private set; }

    /// <summary>Reads a template.</summary>
    /// <exception cref="QueryException">SYNTAX_ERROR for elements that contradict each other.</exception>
    public static NumberTemplate Parse(string text) => new(text);

    private void Take(string keyword)
    {
        switch (keyword)
        {
            case "9" or "0" when IsBracket:
                throw Contradiction("9 and 0 stand before PR");
            case "9" or "0" when HasShift && !HasPoint:
                Shift++;
                break;
            case "9":
                Count();
                break;
            case "0":
                if (!HasZero && !HasPoint)
                    (HasZero, ZeroStart) = (true, Before + 1);
                Count();
                ZeroEnd = Before + After;
                break;
            case "." or "d":
                if (HasPoint)
                    throw Contradiction("a number has one decimal point");
                HasPoint = true;
                break;
            case "fm":
                IsFill = true;
                break;
            case "s":
                if (Sign != SignPlace.None || IsMinus || IsPlus || IsBracket)
                    throw Contradiction("S and another sign do not go together");
                Sign = HasPoint || Before > 0 ? SignPlace.After : SignPlace.Before;
                break;
            case "mi" or "sg" or "pl":
                if (Sign != SignPlace.None)
                    throw Contradiction("S and another sign do not go together");
                IsMinus |= keyword != "pl";
                IsPlus |= keyword != "mi";
                break;
            case "pr":
                if (Sign != SignPlace.None || IsMinus || IsPlus)
                    throw Contradiction("PR and another sign do not go together");
                IsBracket = true;
                break;
            case "rn":
                IsRoman = true;
                break;
            case "v":
                HasShift = true;
                break;
            case "eeee":
                IsScientific = true;
                break;
        }
    }

    private void Count()
    {
        if (HasPoint)
            After++;
        else
            Before++;
    }

    private static QueryException Contradiction(string message) => new(ErrorCode.SyntaxError, message);

    /// <summary>An element: a keyword in lower case, or a literal character.</summary>
    public readonly record struct Element(string Keyword, char Literal);
}
