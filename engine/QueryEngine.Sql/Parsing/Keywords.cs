namespace QueryEngine.Sql.Parsing;

/// <summary>Finds keywords in any case without allocation.</summary>
internal static class Keywords
{
    private const int TableSize = 2048;

    private static readonly string[] _names = Enum.GetNames<Keyword>();
    private static readonly Keyword[] _table = BuildTable();
    private static readonly string[] _nameOf = BuildNames();
    private static readonly int _longestName = LongestName();

    /// <summary>The keyword that a word is, or <see cref="Keyword.None"/>.</summary>
    public static Keyword Find(ReadOnlySpan<char> word)
    {
        if (word.Length > _longestName)
            return Keyword.None;

        for (int slot = Slot(word); _table[slot] != Keyword.None; slot = (slot + 1) % TableSize)
        {
            if (word.Equals(_nameOf[(int)_table[slot]], StringComparison.OrdinalIgnoreCase))
                return _table[slot];
        }

        return Keyword.None;
    }

    /// <summary>The word in upper case.</summary>
    public static string Text(Keyword keyword) => _nameOf[(int)keyword];

    /// <summary>Whether the word names something only in double quotes.</summary>
    public static bool IsReserved(Keyword keyword) => keyword is > Keyword.None and <= Keyword.LastReserved;

    /// <summary>Whether the word cannot follow a relation as its alias without AS.</summary>
    public static bool IsNotRelationAlias(Keyword keyword) => keyword is > Keyword.None and <= Keyword.LastNotRelationAlias;

    private static Keyword[] BuildTable()
    {
        var table = new Keyword[TableSize];
        var values = Enum.GetValues<Keyword>();
        for (int index = 0; index < values.Length; index++)
        {
            if (values[index] == Keyword.None || _names[index].StartsWith("Last", StringComparison.Ordinal))
                continue;

            int slot = Slot(_names[index]);
            while (table[slot] != Keyword.None)
                slot = (slot + 1) % TableSize;
            table[slot] = values[index];
        }

        return table;
    }

    private static string[] BuildNames()
    {
        var values = Enum.GetValues<Keyword>();
        var names = new string[(int)values[^1] + 1];
        for (int index = 0; index < values.Length; index++)
        {
            if (!_names[index].StartsWith("Last", StringComparison.Ordinal))
                names[(int)values[index]] = _names[index];
        }

        return names;
    }

    private static int LongestName()
    {
        int longest = 0;
        foreach (string name in _nameOf)
            longest = Math.Max(longest, name.Length);
        return longest;
    }

    private static int Slot(ReadOnlySpan<char> word)
    {
        uint hash = (uint)word.Length;
        foreach (char c in word)
            hash = (hash * 31) + (uint)(c | 0x20);
        return (int)((hash ^ (hash >> 11)) % TableSize);
    }
}
