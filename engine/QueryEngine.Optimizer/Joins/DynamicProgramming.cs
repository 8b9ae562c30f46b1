namespace QueryEngine.Optimizer.Joins;

/// <summary>The cheapest bushy tree over all inputs: best trees of all sets of inputs, smaller sets first. Cross joins only where nothing connects.</summary>
internal static class DynamicProgramming
{
    /// <summary>The tree.</summary>
    public static JoinTree Solve(JoinGraph graph)
    {
        int count = graph.Inputs.Length;
        var best = new JoinTree?[1 << count];
        for (int input = 0; input < count; input++)
            best[1 << input] = graph.Leaf(input);
        for (int set = 1; set < best.Length; set++)
        {
            // Every split once: the part that holds the set's lowest input goes left.
            int lowest = set & -set;
            for (int left = (set - 1) & set; left > 0; left = (left - 1) & set)
            {
                if ((left & lowest) == 0 || best[left] is not { } l || best[set & ~left] is not { } r || !graph.Connects(l.Members, r.Members))
                    continue;
                JoinTree candidate = graph.Join(l, r);
                if (best[set] is null || candidate.Cost < best[set]!.Cost)
                    best[set] = candidate;
            }
        }

        return best[^1] ?? JoinComponents(graph, best);
    }

    // Some inputs have no condition to the others: join each connected component, then cross join, smallest first.
    private static JoinTree JoinComponents(JoinGraph graph, JoinTree?[] best)
    {
        int rest = best.Length - 1;
        var components = new List<JoinTree>();
        while (rest != 0)
        {
            int largest = 0;
            for (int set = rest; set > 0; set = (set - 1) & rest)
                if (best[set] is not null && int.PopCount(set) > int.PopCount(largest))
                    largest = set;
            components.Add(best[largest]!);
            rest &= ~largest;
        }

        return components.OrderBy(component => component.Rows).Aggregate(graph.Join);
    }
}

/// <summary>Joins the connected pair with the smallest result until one tree is left; for many inputs.</summary>
internal static class GreedyOrder
{
    /// <summary>The tree.</summary>
    public static JoinTree Solve(JoinGraph graph)
    {
        List<JoinTree> trees = [.. Enumerable.Range(0, graph.Inputs.Length).Select(graph.Leaf)];
        while (trees.Count > 1)
        {
            JoinTree? best = null;
            bool bestConnects = false;
            for (int left = 0; left < trees.Count; left++)
            {
                for (int right = left + 1; right < trees.Count; right++)
                {
                    bool connects = graph.Connects(trees[left].Members, trees[right].Members);
                    if (bestConnects && !connects)
                        continue;
                    JoinTree candidate = graph.Join(trees[left], trees[right]);
                    if (best is null || (connects && !bestConnects) || candidate.Rows < best.Rows)
                        (best, bestConnects) = (candidate, connects);
                }
            }

            trees.Remove(best!.Left!);
            trees.Remove(best.Right!);
            trees.Add(best);
        }

        return trees[0];
    }
}
