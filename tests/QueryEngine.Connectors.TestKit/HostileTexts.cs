using System.Text;

namespace QueryEngine.Connectors.TestKit;

/// <summary>Texts made of what breaks out of quotes, comments, patterns, encodings and lines.</summary>
internal static class HostileTexts
{
    private static readonly string[] _parts =
    [
        "'", "''", "\"", "`", "\\", "\\'", "\\\\", ";", "; DROP TABLE things; --", "' OR 1=1 --", "/*", "*/", "--", "#", "$$", "$tag$", "?", ":x", "@x", "{d '2000-01-01'}", "{fn",
        "\n", "\r\n", "\t", "\u0001", "\u001F", "\u007F", "\\N", "\\.", ",", "|", "%", "_", "%s", "{0}", "&amp;", "<x>", "NULL", "null", "0x27", "\\x27", "é", "ß", "ﬁ", "İ", "ｚ",
        "e\u0301", "\u202E", "\u200B", "\uFEFF", "\uE000", "\uFFFD", "\U0001F600", "\U0010FFFF", " ", "  ", "x", "Select", "1e309", "NaN", "E'\\047'", "U&'\\0027'", "\u02BC", "\u2019",
    ];

    /// <summary>So many texts, without NUL, which not every source can hold.</summary>
    public static IEnumerable<string> Make(int count, Random random)
    {
        for (int made = 0; made < count; made++)
        {
            var text = new StringBuilder();
            for (int parts = random.Next(made % 100 == 0 ? 200 : 6); parts >= 0; parts--)
                text.Append(_parts[random.Next(_parts.Length)]);
            yield return text.ToString();
        }
    }
}
