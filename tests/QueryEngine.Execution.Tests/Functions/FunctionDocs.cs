using System.Reflection;
using System.Text;
using QueryEngine.Functions;
using QueryEngine.Functions.Catalog;

namespace QueryEngine.Execution.Tests.Functions;

/// <summary>Makes the pages of <c>docs/functions</c> from the catalog: one page a family, one section a function.</summary>
internal static class FunctionDocs
{
    private static readonly (string Namespace, string File, string Title)[] _families =
    [
        ("Maths", "numbers.md", "Numbers"),
        ("Temporal", "dates-and-times.md", "Dates and times"),
        ("Templates", "formatting.md", "Formatting and parsing after templates"),
        ("Strings", "text.md", "Text"),
        ("TextSearch", "text-search.md", "Text search"),
        ("Geo", "geospatial.md", "Points, lines and polygons"),
        ("Json", "json.md", "JSON"),
        ("Arrays", "arrays-and-maps.md", "Arrays and maps"),
        ("Conditional", "session-and-conditions.md", "The session and conditions"),
        ("Aggregates", "aggregates.md", "Aggregates"),
        ("Windows", "windows.md", "Windows"),
        (string.Empty, "other.md", "Other functions"),
    ];

    private sealed record Entry(string Name, string Family, string Signature, string Description, string[] Aliases, (string Call, string Result)[] Examples);

    /// <summary>Each page's file name and text.</summary>
    public static IReadOnlyDictionary<string, string> Pages()
    {
        Entry[] entries = [.. Entries()];
        var pages = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var index = new StringBuilder("# Functions\n\nMade from the catalog by `UPDATE_GOLDEN=1 dotnet test tests/QueryEngine.Execution.Tests --filter FunctionDocs`. `SHOW FUNCTIONS` lists the same.\n\n");
        foreach ((string family, string file, string title) in _families)
        {
            IGrouping<string, Entry>[] functions = [.. entries.Where(entry => entry.Family == family).GroupBy(entry => entry.Name).OrderBy(group => group.Key, StringComparer.Ordinal)];
            if (functions.Length == 0)
                continue;
            index.Append($"* [{title}]({file}): {string.Join(", ", functions.Select(group => $"`{group.Key}`"))}\n");
            var page = new StringBuilder($"# {title}\n");
            foreach (IGrouping<string, Entry> function in functions)
                Write(page, function);
            pages[file] = page.ToString();
        }

        pages["README.md"] = index.ToString();
        return pages;
    }

    private static void Write(StringBuilder page, IGrouping<string, Entry> function)
    {
        page.Append($"\n## {function.Key}\n\n");
        foreach (IGrouping<string, Entry> meaning in function.GroupBy(entry => entry.Description))
        {
            page.Append(meaning.Key).Append("\n\n");
            foreach (string signature in meaning.Select(entry => entry.Signature).Distinct().Order(StringComparer.Ordinal))
                page.Append($"* `{signature}`\n");
            page.Append('\n');
        }

        string[] aliases = [.. function.SelectMany(entry => entry.Aliases).Where(alias => alias[0] != '$').Distinct().Order(StringComparer.Ordinal)];
        if (aliases.Length > 0)
            page.Append($"Also {string.Join(", ", aliases.Select(alias => $"`{alias}`"))}.\n\n");
        (string Call, string Result)[] examples = [.. function.SelectMany(entry => entry.Examples).Distinct()];
        if (examples.Length == 0)
            return;
        page.Append("```sql\n");
        foreach ((string call, string result) in examples)
            page.Append($"{call} -- {result}\n");
        page.Append("```\n");
    }

    private static IEnumerable<Entry> Entries()
    {
        foreach (Type type in typeof(FunctionCatalog).Assembly.GetTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            string family = FamilyOf(type);
            (string, string)[] examples = [.. type.GetCustomAttributes<ExampleAttribute>().Select(example => (example.Call, example.Result))];
            if (type.GetCustomAttribute<ScalarFunctionAttribute>() is { } scalar && NameOf(scalar.Name, scalar.Aliases) is { } name)
                foreach (ScalarOverload overload in FunctionCatalog.OverloadsOf(type, scalar))
                    yield return new Entry(name, family, name + overload.Signature, scalar.Description, [.. scalar.Aliases.Where(alias => alias != name)], examples);
            if (type.GetCustomAttribute<AggregateFunctionAttribute>() is { } aggregate && aggregate.Name[0] != '$')
                yield return new Entry(
                    aggregate.Name, family, aggregate.Name + ((AggregateOverload)Activator.CreateInstance(type)!).Signature, aggregate.Description, aggregate.Aliases, examples);
        }

        foreach (FunctionDescription window in FunctionCatalog.BuiltIn.Functions.Where(function => function.Kind == FunctionKind.Window))
            yield return new Entry(window.Name, "Windows", window.Signature, window.Description, [], []);
    }

    // Operators are in the pages by the name that they have as functions, if any.
    private static string? NameOf(string name, string[] aliases) => name[0] != '$' ? name : Array.Find(aliases, alias => char.IsAsciiLetter(alias[0]));

    private static string FamilyOf(Type type) =>
        _families.Select(family => family.Namespace).FirstOrDefault(family => family.Length > 0 && (type.Namespace ?? string.Empty).StartsWith($"QueryEngine.Functions.{family}", StringComparison.Ordinal)) ?? string.Empty;
}
