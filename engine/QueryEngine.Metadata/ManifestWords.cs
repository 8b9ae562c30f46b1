using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Metadata;

/// <summary>What a manifest declares, as words: <c>row changes</c>, <c>filter pushdown</c>.</summary>
public static class ManifestWords
{
    /// <summary>Everything that it declares.</summary>
    public static IEnumerable<string> Capabilities(ConnectorManifest manifest) =>
        Flags(manifest.Capabilities).Concat(Flags(manifest.Pushdown).Select(kind => kind + " pushdown"));

    /// <summary>The members of an enum that are set.</summary>
    public static IEnumerable<string> Flags<T>(T value)
        where T : struct, Enum =>
        Enum.GetValues<T>().Where(flag => Convert.ToInt64(flag, null) != 0 && value.HasFlag(flag)).Select(Words);

    /// <summary>The name of a member of an enum: <c>exactly once</c>.</summary>
    public static string Words<T>(T value)
        where T : struct, Enum
    {
        var words = new StringBuilder();
        foreach (char letter in value.ToString())
        {
            if (char.IsUpper(letter) && words.Length > 0)
                words.Append(' ');
            words.Append(char.ToLowerInvariant(letter));
        }

        return words.Replace("top n", "top-n").Replace("built in", "built-in").ToString();
    }
}
