namespace QueryEngine.Execution.Operators.Patterns;

/// <summary>Rows of a partition from <see cref="Start"/> on, each taken as a variable. While it is searched for, it grows and shrinks.</summary>
internal sealed class Match
{
    private int[] _variables = new int[16];

    /// <summary>Its first row.</summary>
    public int Start { get; init; }

    /// <summary>The first row of its partition.</summary>
    public int PartitionStart { get; init; }

    /// <summary>The row behind its partition.</summary>
    public int PartitionEnd { get; init; }

    /// <summary>Its number in the partition, from 1.</summary>
    public long Number { get; init; }

    /// <summary>How many rows it has.</summary>
    public int Count { get; set; }

    /// <summary>Rows that are not shown: from each even place to the one after it.</summary>
    public List<int> Hidden { get; } = [];

    /// <summary>The variable of a row of it.</summary>
    public int this[int place] => _variables[place];

    /// <summary>Takes the next row as a variable.</summary>
    public void Take(int variable)
    {
        if (Count == _variables.Length)
            Array.Resize(ref _variables, Count * 2);
        _variables[Count++] = variable;
    }

    /// <summary>Whether a row of it is not shown.</summary>
    public bool IsHidden(int place)
    {
        for (int at = 0; at + 1 < Hidden.Count; at += 2)
            if (place >= Hidden[at] && place < Hidden[at + 1])
                return true;
        return false;
    }
}

/// <summary>A row to be shown; of its match the first <paramref name="UpTo"/> rows are up to it. Without a match it has no measures.</summary>
internal readonly record struct MatchedRow(int Row, Match? Match, int UpTo);
