namespace QueryEngine.Fuzz.Tests.Queries;

/// <summary>Makes a failing statement smaller: tries smaller statements one after the other and keeps each that still fails.</summary>
internal static class Shrinker
{
    private const int MostTries = 400;

    /// <summary>The smallest statement found for which <paramref name="fails"/> holds. It may try statements that mean nothing: those must not count as failing.</summary>
    public static async Task<SqlTree> ShrinkAsync(SqlTree failing, Func<SqlTree, Task<bool>> fails)
    {
        int tries = 0;
        bool smaller = true;
        while (smaller && tries < MostTries)
        {
            smaller = false;
            foreach (SqlTree candidate in Candidates(failing).Where(candidate => candidate.Size < failing.Size).OrderBy(candidate => candidate.Size))
            {
                if (++tries > MostTries)
                    break;
                if (!await fails(candidate))
                    continue;
                failing = candidate;
                smaller = true;
                break;
            }
        }

        return failing;
    }

    private static IEnumerable<SqlTree> Candidates(SqlTree tree)
    {
        foreach (SqlTree replacement in Replacements(tree))
            yield return replacement;
        for (int i = 0; i < tree.Children.Length; i++)
            foreach (SqlTree child in Candidates(tree.Children[i]))
                yield return tree with { Children = tree.Children.SetItem(i, child) };
    }

    private static IEnumerable<SqlTree> Replacements(SqlTree tree)
    {
        switch (tree.Kind)
        {
            case PieceKind.Optional:
                yield return SqlTree.Empty;
                break;
            case PieceKind.List when tree.Children.Length > 1:
                for (int i = 0; i < tree.Children.Length; i++)
                    yield return tree with { Children = tree.Children.RemoveAt(i) };
                break;
            case PieceKind.Query:
                foreach (SqlTree inner in Inside(tree).Where(inner => inner.Kind == PieceKind.Query))
                    yield return inner;
                break;
            case PieceKind.Value when tree.Children.Length > 0:
                foreach (SqlTree inner in Inside(tree).Where(inner => inner.Kind == PieceKind.Value && inner.Type == tree.Type))
                    yield return inner;
                if (tree.Type != FuzzType.Inexact)
                    yield return SqlTree.Value(tree.Type, $"cast(null as {FuzzTypes.Name(tree.Type)})");
                break;
        }
    }

    private static IEnumerable<SqlTree> Inside(SqlTree tree) => tree.Children.SelectMany(child => Inside(child).Prepend(child));
}
