using System.Globalization;
using System.Text;

namespace QueryEngine.Functions.Strings;

/// <summary>Unicode's normal forms (UAX #15), by tables of our own: without ICU the runtime has none.</summary>
internal static class UnicodeNormalizer
{
    private const int HangulBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7, VowelCount = 21, TailCount = 28, HangulCount = 11172;

    private static readonly Lazy<Tables> _tables = new(Tables.Read);

    /// <summary>The text in a form: NFC, NFD, NFKC or NFKD.</summary>
    public static string Normalize(string text, bool isCompatible, bool isComposed)
    {
        // What comes before U+00C0 has no decomposition but a few of compatibility, from U+00A0 on.
        bool isPlain = true;
        foreach (char next in text)
            isPlain &= next < (isCompatible ? '\u00A0' : '\u00C0');
        if (isPlain)
            return text;

        Tables tables = _tables.Value;
        var runes = new List<int>(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            Decompose(rune.Value, isCompatible, tables, runes);
        Order(runes, tables);
        if (isComposed)
            Compose(runes, tables);
        var result = new StringBuilder(text.Length);
        foreach (int rune in runes)
            result.Append(char.ConvertFromUtf32(rune));
        return result.ToString();
    }

    private static void Decompose(int rune, bool isCompatible, Tables tables, List<int> runes)
    {
        int hangul = rune - HangulBase;
        if (hangul is >= 0 and < HangulCount)
        {
            runes.Add(LeadBase + (hangul / (VowelCount * TailCount)));
            runes.Add(VowelBase + (hangul % (VowelCount * TailCount) / TailCount));
            if (hangul % TailCount != 0)
                runes.Add(TailBase + (hangul % TailCount));
        }
        else if (tables.Decompositions.TryGetValue(rune, out (bool IsCompatible, int[] Runes) parts) && (isCompatible || !parts.IsCompatible))
        {
            foreach (int part in parts.Runes)
                Decompose(part, isCompatible, tables, runes);
        }
        else
        {
            runes.Add(rune);
        }
    }

    // Marks that follow one another are ordered by their class, those of one class stay as they are.
    private static void Order(List<int> runes, Tables tables)
    {
        for (int at = 1; at < runes.Count; at++)
        {
            int rune = runes[at], rank = tables.ClassOf(rune), place = at;
            for (; rank > 0 && place > 0 && tables.ClassOf(runes[place - 1]) > rank; place--)
                runes[place] = runes[place - 1];
            runes[place] = rune;
        }
    }

    private static void Compose(List<int> runes, Tables tables)
    {
        int starter = -1, last = 0, written = 0;
        foreach (int rune in runes.ToArray())
        {
            // A mark composes with its starter unless one of its class, or another starter, stands between them.
            int rank = tables.ClassOf(rune);
            if (starter >= 0 && (last < rank || last == 0) && Pair(runes[starter], rune, tables) is { } composed)
            {
                runes[starter] = composed;
                continue;
            }

            if (rank == 0)
                starter = written;
            last = rank;
            runes[written++] = rune;
        }

        runes.RemoveRange(written, runes.Count - written);
    }

    private static int? Pair(int first, int second, Tables tables)
    {
        if (first is >= LeadBase and < LeadBase + 19 && second is >= VowelBase and < VowelBase + VowelCount)
            return HangulBase + ((((first - LeadBase) * VowelCount) + second - VowelBase) * TailCount);
        if (first is >= HangulBase and < HangulBase + HangulCount && (first - HangulBase) % TailCount == 0 && second is > TailBase and < TailBase + TailCount)
            return first + second - TailBase;
        return tables.Compositions.TryGetValue((first, second), out int composed) ? composed : null;
    }

    private sealed class Tables
    {
        private readonly Dictionary<int, byte> _classes = [];

        public Dictionary<int, (bool IsCompatible, int[] Runes)> Decompositions { get; } = [];

        public Dictionary<(int First, int Second), int> Compositions { get; } = [];

        public int ClassOf(int rune) => _classes.GetValueOrDefault(rune);

        public static Tables Read()
        {
            var tables = new Tables();
            using Stream stream = typeof(UnicodeNormalizer).Assembly.GetManifestResourceStream("UnicodeNormalization.txt")
                ?? throw new InvalidOperationException("the tables of normal forms are not in the assembly");
            using var reader = new StreamReader(stream, Encoding.UTF8);
            while (reader.ReadLine() is { } line)
            {
                string[] fields = line.Split(';');
                if (line.StartsWith('#'))
                    continue;
                if (fields.Length == 2)
                {
                    int[] range = [.. fields[0].Split('-').Select(Code)];
                    for (int rune = range[0]; rune <= range[1]; rune++)
                        tables._classes[rune] = byte.Parse(fields[1], CultureInfo.InvariantCulture);
                    continue;
                }

                int[] parts = [.. fields[2].Split(' ').Select(Code)];
                tables.Decompositions[Code(fields[0])] = (fields[1] == "k", parts);
                if (fields[1] == "c" && parts.Length == 2)
                    tables.Compositions[(parts[0], parts[1])] = Code(fields[0]);
            }

            return tables;
        }

        private static int Code(string hex) => int.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
