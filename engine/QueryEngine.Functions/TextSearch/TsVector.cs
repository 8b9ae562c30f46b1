using System.Globalization;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Functions.TextSearch;

/// <summary>A place of a word in a document, from 1, and its weight: 3 for A down to 0 for D.</summary>
internal readonly record struct WordPlace(int Position, int Weight);

/// <summary>A tsvector: the words of a document in the order of their bytes, each with the places where it stands, if they are known.</summary>
internal sealed class TsVector
{
    /// <summary>The greatest position; words beyond it are all there.</summary>
    public const int MaxPosition = 16_383;

    /// <summary>The most places of a word that are kept.</summary>
    public const int MaxPlaces = 256;

    private readonly SortedDictionary<string, SortedDictionary<int, int>> _words = new(StringComparer.Ordinal);

    /// <summary>The words.</summary>
    public IReadOnlyDictionary<string, SortedDictionary<int, int>> Words => _words;

    /// <summary>Reads the text of a vector.</summary>
    /// <exception cref="QueryException">INVALID_TEXT_REPRESENTATION.</exception>
    public static TsVector Parse(string text)
    {
        var vector = new TsVector();
        var reader = new TsReader(text);
        while (reader.TryReadWord(out string word))
        {
            vector.Add(word);
            if (reader.Accept(':'))
                do
                    vector.Add(word, reader.ReadPosition(), reader.ReadWeight());
                while (reader.Accept(','));
        }

        return vector;
    }

    /// <summary>Adds a word without a place.</summary>
    public void Add(string word) => _words.TryAdd(word, []);

    /// <summary>Adds a place of a word; of two weights the greater one counts.</summary>
    public void Add(string word, int position, int weight)
    {
        Add(word);
        SortedDictionary<int, int> places = _words[word];
        position = Math.Min(position, MaxPosition);
        if (places.TryGetValue(position, out int known))
            places[position] = Math.Max(known, weight);
        else if (places.Count < MaxPlaces)
            places.Add(position, weight);
    }

    /// <summary>Removes a word.</summary>
    public void Remove(string word) => _words.Remove(word);

    /// <summary>The greatest position of all.</summary>
    public int LastPosition => _words.Values.Where(places => places.Count > 0).Select(places => places.Keys.Last()).DefaultIfEmpty().Max();

    /// <summary>The words that a query's word stands for.</summary>
    public IEnumerable<SortedDictionary<int, int>> Find(TsWord word) => word.IsPrefix
        ? _words.Where(entry => entry.Key.StartsWith(word.Text, StringComparison.Ordinal)).Select(entry => entry.Value)
        : _words.TryGetValue(word.Text, out SortedDictionary<int, int>? places) ? [places] : [];

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach ((string word, SortedDictionary<int, int> places) in _words)
        {
            if (text.Length > 0)
                text.Append(' ');
            TsReader.Quote(word, text);
            char separator = ':';
            foreach ((int position, int weight) in places)
            {
                text.Append(separator).Append(position.ToString(CultureInfo.InvariantCulture));
                if (weight > 0)
                    text.Append((char)('D' - weight));
                separator = ',';
            }
        }

        return text.ToString();
    }
}
