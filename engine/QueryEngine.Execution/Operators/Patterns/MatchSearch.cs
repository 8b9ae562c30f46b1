using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Patterns;

/// <summary>Goes through a partition from match to match.</summary>
internal sealed class MatchSearch(MatchRecognizeNode node, PatternMatcher matcher, List<MatchedRow> found)
{
    /// <summary>Adds the rows that a partition gives.</summary>
    public void Search(int partitionStart, int partitionEnd)
    {
        long number = 1;
        int covered = partitionStart;
        for (int start = partitionStart; start < partitionEnd;)
        {
            var match = new Match { Start = start, PartitionStart = partitionStart, PartitionEnd = partitionEnd, Number = number };
            if (!matcher.TryMatch(match))
            {
                if (node.Rows == PatternRows.AllAndUnmatched && start >= covered)
                    found.Add(new MatchedRow(start, Match: null, UpTo: 0));
                start++;
                continue;
            }

            number++;
            Show(match);
            covered = Math.Max(covered, start + Math.Max(1, match.Count));
            start = Next(match);
        }
    }

    private void Show(Match match)
    {
        if (node.Rows == PatternRows.One)
        {
            found.Add(new MatchedRow(match.Start, match, match.Count));
            return;
        }

        if (match.Count == 0 && node.Rows != PatternRows.AllButEmpty)
            found.Add(new MatchedRow(match.Start, match, UpTo: 0));
        for (int place = 0; place < match.Count; place++)
            if (!match.IsHidden(place))
                found.Add(new MatchedRow(match.Start + place, match, place + 1));
    }

    private int Next(Match match)
    {
        if (match.Count == 0)
            return match.Start + 1;
        switch (node.Skip.Mode)
        {
            case PatternSkipMode.PastLastRow:
                return match.Start + match.Count;
            case PatternSkipMode.ToNextRow:
                return match.Start + 1;
            default:
                IEnumerable<int> places = Enumerable.Range(0, match.Count);
                if (node.Skip.Mode == PatternSkipMode.ToLast)
                    places = places.Reverse();
                int place = places.FirstOrDefault(at => node.Skip.Variables.Contains(match[at]), -1);
                if (place < 0)
                    throw new QueryException(
                        ErrorCode.InvalidParameterValue, "AFTER MATCH SKIP TO a variable that no row of the match was taken as", "Skip to a variable that every match has.");
                return place > 0
                    ? match.Start + place
                    : throw new QueryException(ErrorCode.InvalidParameterValue, "AFTER MATCH SKIP TO the first row of the match would find it again and again", "Use AFTER MATCH SKIP TO NEXT ROW.");
        }
    }
}
