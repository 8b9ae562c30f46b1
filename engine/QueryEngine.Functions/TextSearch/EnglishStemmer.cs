namespace QueryEngine.Functions.TextSearch;

/// <summary>The English stemmer of Snowball (Porter's second), https://snowballstem.org/algorithms/english/stemmer.html.</summary>
internal static class EnglishStemmer
{
    private static readonly Dictionary<string, string> _exceptions = new(StringComparer.Ordinal)
    {
        ["skis"] = "ski",
        ["skies"] = "sky",
        ["dying"] = "die",
        ["lying"] = "lie",
        ["tying"] = "tie",
        ["idly"] = "idl",
        ["gently"] = "gentl",
        ["ugly"] = "ugli",
        ["early"] = "earli",
        ["only"] = "onli",
        ["singly"] = "singl",
        ["sky"] = "sky",
        ["news"] = "news",
        ["howe"] = "howe",
        ["atlas"] = "atlas",
        ["cosmos"] = "cosmos",
        ["bias"] = "bias",
        ["andes"] = "andes",
    };

    private static readonly HashSet<string> _afterPlural = ["inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed"];

    private static readonly (string Suffix, string Replacement)[] _second =
    [
        ("ization", "ize"), ("ational", "ate"), ("fulness", "ful"), ("ousness", "ous"), ("iveness", "ive"), ("tional", "tion"), ("biliti", "ble"), ("lessli", "less"),
        ("entli", "ent"), ("ation", "ate"), ("alism", "al"), ("aliti", "al"), ("ousli", "ous"), ("iviti", "ive"), ("fulli", "ful"), ("enci", "ence"), ("anci", "ance"),
        ("abli", "able"), ("izer", "ize"), ("ator", "ate"), ("alli", "al"), ("bli", "ble"), ("ogi", "og"), ("li", ""),
    ];

    private static readonly (string Suffix, string Replacement)[] _third =
    [
        ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"), ("ative", ""), ("ical", "ic"), ("ness", ""), ("ful", ""),
    ];

    private static readonly string[] _fourth =
    [
        "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion", "al", "er", "ic",
    ];

    /// <summary>The stem of a word in lower case.</summary>
    public static string Stem(string word)
    {
        if (word.Length <= 2)
            return word;
        if (word[0] == '\'')
            word = word[1..];
        if (_exceptions.TryGetValue(word, out string? known))
            return known;
        char[] letters = word.ToCharArray();
        for (int at = 0; at < letters.Length; at++)
            if (letters[at] == 'y' && (at == 0 || IsVowel(letters[at - 1])))
                letters[at] = 'Y';
        word = new string(letters);
        (int first, int second) = Regions(word);
        word = Plural(Possessive(word));
        if (_afterPlural.Contains(word))
            return word;
        word = Past(word, first);
        if (word.Length > 2 && word[^1] is 'y' or 'Y' && !IsVowel(word[^2]))
            word = word[..^1] + "i";
        word = StepTwo(word, first);
        word = StepThree(word, first, second);
        word = StepFour(word, second);
        return StepFive(word, first, second).ToLowerInvariant();
    }

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';

    // Where the parts begin that suffixes must lie in: behind the first consonant after a vowel, and the same again.
    private static (int First, int Second) Regions(string word)
    {
        int first = word.StartsWith("gener", StringComparison.Ordinal) ? 5
            : word.StartsWith("commun", StringComparison.Ordinal) ? 6
            : word.StartsWith("arsen", StringComparison.Ordinal) ? 5
            : After(word, 0);
        return (first, After(word, first));
    }

    private static int After(string word, int from)
    {
        for (int at = from + 1; at < word.Length; at++)
            if (IsVowel(word[at - 1]) && !IsVowel(word[at]))
                return at + 1;
        return word.Length;
    }

    private static string Possessive(string word) =>
        word.EndsWith("'s'", StringComparison.Ordinal) ? word[..^3] : word.EndsWith("'s", StringComparison.Ordinal) ? word[..^2] : word.TrimEnd('\'');

    private static string Plural(string word)
    {
        if (word.EndsWith("sses", StringComparison.Ordinal))
            return word[..^2];
        if (word.EndsWith("ied", StringComparison.Ordinal) || word.EndsWith("ies", StringComparison.Ordinal))
            return word.Length > 4 ? word[..^2] : word[..^1];
        if (word.EndsWith("us", StringComparison.Ordinal) || word.EndsWith("ss", StringComparison.Ordinal) || !word.EndsWith('s'))
            return word;
        return word[..Math.Max(0, word.Length - 2)].Any(IsVowel) ? word[..^1] : word;
    }

    private static string Past(string word, int first)
    {
        foreach (string suffix in (string[])["eedly", "eed"])
            if (word.EndsWith(suffix, StringComparison.Ordinal))
                return word.Length - suffix.Length >= first ? word[..^suffix.Length] + "ee" : word;
        foreach (string suffix in (string[])["ingly", "edly", "ing", "ed"])
        {
            if (!word.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            string stem = word[..^suffix.Length];
            if (!stem.Any(IsVowel))
                return word;
            if (stem.EndsWith("at", StringComparison.Ordinal) || stem.EndsWith("bl", StringComparison.Ordinal) || stem.EndsWith("iz", StringComparison.Ordinal))
                return stem + "e";
            if (stem.Length >= 2 && stem[^1] == stem[^2] && stem[^1] is 'b' or 'd' or 'f' or 'g' or 'm' or 'n' or 'p' or 'r' or 't')
                return stem.Length >= 2 && stem[^1] == stem[^2] ? stem[..^1] : stem;
            return stem.Length <= first && EndsShort(stem) ? stem + "e" : stem;
        }

        return word;
    }

    // A vowel between consonants, the last one none of w, x, Y; or a vowel and a consonant that are the whole word.
    private static bool EndsShort(string word) => word.Length switch
    {
        < 2 => false,
        2 => IsVowel(word[0]) && !IsVowel(word[1]),
        _ => !IsVowel(word[^3]) && IsVowel(word[^2]) && !IsVowel(word[^1]) && word[^1] is not ('w' or 'x' or 'Y'),
    };

    private static string StepTwo(string word, int first)
    {
        foreach ((string suffix, string replacement) in _second)
        {
            if (!word.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            int start = word.Length - suffix.Length;
            bool fits = start >= first && suffix switch
            {
                "ogi" => start > 0 && word[start - 1] == 'l',
                "li" => start > 0 && word[start - 1] is 'c' or 'd' or 'e' or 'g' or 'h' or 'k' or 'm' or 'n' or 'r' or 't',
                _ => true,
            };
            return fits ? word[..start] + replacement : word;
        }

        return word;
    }

    private static string StepThree(string word, int first, int second)
    {
        foreach ((string suffix, string replacement) in _third)
        {
            if (!word.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            int start = word.Length - suffix.Length;
            return start >= (suffix == "ative" ? second : first) ? word[..start] + replacement : word;
        }

        return word;
    }

    private static string StepFour(string word, int second)
    {
        foreach (string suffix in _fourth)
        {
            if (!word.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            int start = word.Length - suffix.Length;
            bool fits = start >= second && (suffix != "ion" || (start > 0 && word[start - 1] is 's' or 't'));
            return fits ? word[..start] : word;
        }

        return word;
    }

    private static string StepFive(string word, int first, int second)
    {
        int start = word.Length - 1;
        if (word.EndsWith('e') && (start >= second || (start >= first && !EndsShort(word[..start]))))
            return word[..start];
        return word.EndsWith("ll", StringComparison.Ordinal) && start >= second ? word[..start] : word;
    }
}
