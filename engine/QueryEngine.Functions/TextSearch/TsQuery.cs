using System.Globalization;
using System.Text;

namespace QueryEngine.Functions.TextSearch;

/// <summary>A tsquery, as a tree; no query at all is null.</summary>
internal abstract record TsQuery
{
    /// <summary>The words and operators.</summary>
    public abstract int NodeCount { get; }

    /// <summary>The words.</summary>
    public abstract IEnumerable<TsWord> Words { get; }

    /// <summary>How tightly the operator binds.</summary>
    public abstract int Power { get; }

    /// <summary>Writes it.</summary>
    public abstract void Write(StringBuilder text);

    /// <inheritdoc/>
    public sealed override string ToString()
    {
        var text = new StringBuilder();
        Write(text);
        return text.ToString();
    }

    /// <summary>Writes a part, in parentheses where it binds less tightly.</summary>
    protected void Write(TsQuery part, StringBuilder text, bool isTight = false)
    {
        bool isInner = part.Power < Power || (isTight && part.Power == Power);
        text.Append(isInner ? "( " : "");
        part.Write(text);
        text.Append(isInner ? " )" : "");
    }
}

/// <summary>A word; <see cref="Weights"/> has a bit for each weight that counts, all when none is written. A stop word stands for nothing.</summary>
internal sealed record TsWord(string Text, int Weights, bool IsPrefix) : TsQuery
{
    /// <summary>Whether it is a word that no document keeps.</summary>
    public bool IsStop { get; init; }

    public override int NodeCount => 1;

    public override IEnumerable<TsWord> Words => [this];

    public override int Power => 5;

    public override void Write(StringBuilder text)
    {
        TsReader.Quote(Text, text);
        if (Weights == 0 && !IsPrefix)
            return;
        text.Append(IsPrefix ? ":*" : ":");
        for (int weight = 3; weight >= 0; weight--)
            if ((Weights & (1 << weight)) != 0)
                text.Append((char)('D' - weight));
    }
}

/// <summary><c>!a</c></summary>
internal sealed record TsNot(TsQuery Operand) : TsQuery
{
    public override int NodeCount => Operand.NodeCount + 1;

    public override IEnumerable<TsWord> Words => Operand.Words;

    public override int Power => 4;

    public override void Write(StringBuilder text)
    {
        text.Append('!');
        Write(Operand, text);
    }
}

/// <summary><c>a &amp; b</c>, <c>a | b</c>; with a distance <c>a &lt;2&gt; b</c>.</summary>
internal sealed record TsPair(TsQuery Left, TsQuery Right, char Operator, int Distance = 0) : TsQuery
{
    /// <summary>The operator of phrases.</summary>
    public const char Phrase = '<';

    public override int NodeCount => Left.NodeCount + Right.NodeCount + 1;

    public override IEnumerable<TsWord> Words => Left.Words.Concat(Right.Words);

    public override int Power => Operator switch
    {
        '|' => 1,
        '&' => 2,
        _ => 3,
    };

    public override void Write(StringBuilder text)
    {
        Write(Left, text);
        text.Append(Operator != Phrase ? $" {Operator} " : Distance == 1 ? " <-> " : $" <{Distance.ToString(CultureInfo.InvariantCulture)}> ");
        Write(Right, text, isTight: Operator == Phrase);
    }
}
