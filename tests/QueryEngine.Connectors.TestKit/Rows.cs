using System.Globalization;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.TestKit;

/// <summary>Compares boxed rows as bags, and shows the difference.</summary>
public static class Rows
{
    public static void AssertSame(IReadOnlyList<object?[]> expected, IReadOnlyList<object?[]> actual, string? about = null)
    {
        string[] left = [.. expected.Select(Text).Order(StringComparer.Ordinal)];
        string[] right = [.. actual.Select(Text).Order(StringComparer.Ordinal)];
        if (left.SequenceEqual(right))
            return;

        var missing = new List<string>(left);
        var extra = new List<string>();
        foreach (string row in right)
            if (!missing.Remove(row))
                extra.Add(row);
        Assert.Fail(
            $"{left.Length} rows expected, {right.Length} given; missing {string.Join(" ", missing.Take(3))}; too many {string.Join(" ", extra.Take(3))}\n{about}");
    }

    public static void AssertContains(IReadOnlyList<object?[]> all, IReadOnlyList<object?[]> some)
    {
        var left = new List<string>(all.Select(Text));
        foreach (object?[] row in some)
            Assert.True(left.Remove(Text(row)), $"row {Text(row)} is not one of the table's, or is given too often");
    }

    /// <summary>A row as text: equal rows have equal text.</summary>
    public static string Text(object?[] row) => $"({string.Join(", ", row.Select(Text))})";

    private static string Text(object? value) => value switch
    {
        null => "NULL",
        string text => $"'{text}'",
        ValueList<byte> bytes => $"x'{Convert.ToHexString(bytes.AsSpan())}'",
        ValueList<object?> items => $"[{string.Join(", ", items.Select(Text))}]",
        0.0 => "0",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
