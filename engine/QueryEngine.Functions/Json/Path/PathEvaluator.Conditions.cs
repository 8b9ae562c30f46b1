using QueryEngine.Spi;

namespace QueryEngine.Functions.Json.Path;

/// <content>Conditions. An error inside of one makes it unknown.</content>
internal sealed partial class PathEvaluator
{
    private PathTruth Test(PathItem item, JsonValue current)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (item.Kind)
        {
            case PathKind.And:
                PathTruth left = Test(item.Left!, current);
                if (left == PathTruth.False)
                    return left;
                PathTruth right = Test(item.Right!, current);
                return right == PathTruth.True ? left : right;
            case PathKind.Or:
                left = Test(item.Left!, current);
                if (left == PathTruth.True)
                    return left;
                right = Test(item.Right!, current);
                return right == PathTruth.False ? left : right;
            case PathKind.Not:
                return Test(item.Left!, current) switch
                {
                    PathTruth.True => PathTruth.False,
                    PathTruth.False => PathTruth.True,
                    _ => PathTruth.Unknown,
                };
            case PathKind.IsUnknown:
                return Test(item.Left!, current) == PathTruth.Unknown ? PathTruth.True : PathTruth.False;
            case PathKind.Exists:
                return TryValues(item.Left!, current, unwraps: false) is not { } found ? PathTruth.Unknown
                    : found.Count > 0 ? PathTruth.True : PathTruth.False;
            case PathKind.LikeRegex:
                return TestPairs(item, current, [JsonValue.Null], (one, _) =>
                    one.Kind == JsonKind.String ? item.Pattern!.IsMatch(one.Text) ? PathTruth.True : PathTruth.False : PathTruth.Unknown);
            case PathKind.StartsWith:
                return TestPairs(item, current, TryValues(item.Right!, current, unwraps: false), StartsWith);
            default:
                return TestPairs(item, current, TryValues(item.Right!, current, unwraps: true), (one, other) => Compare(item.Kind, one, other));
        }
    }

    // True when it is for some pair; in strict mode every pair is looked at, and one that is unknown decides.
    private PathTruth TestPairs(PathItem item, JsonValue current, List<JsonValue>? rights, Func<JsonValue, JsonValue, PathTruth> test)
    {
        if (rights is null || TryValues(item.Left!, current, unwraps: true) is not { } lefts)
            return PathTruth.Unknown;

        bool isFound = false, isUnknown = false;
        foreach (JsonValue left in lefts)
        {
            foreach (JsonValue right in rights)
            {
                PathTruth truth = test(left, right);
                if (truth == PathTruth.Unknown && !_isLax)
                    return truth;
                if (truth == PathTruth.True && _isLax)
                    return truth;
                isUnknown |= truth == PathTruth.Unknown;
                isFound |= truth == PathTruth.True;
            }
        }

        return isFound ? PathTruth.True : isUnknown ? PathTruth.Unknown : PathTruth.False;
    }

    private List<JsonValue>? TryValues(PathItem item, JsonValue current, bool unwraps)
    {
        (bool ignored, int size) = (_ignoresStructure, _innermostSize);
        try
        {
            return Values(item, current, current, unwraps);
        }
        catch (QueryException error) when (IsSuppressible(error))
        {
            (_ignoresStructure, _innermostSize) = (ignored, size);
            return null;
        }
    }

    /// <summary>Whether an error is one of the data, which conditions and the silent functions swallow.</summary>
    public static bool IsSuppressible(QueryException error) =>
        error.Code.SqlState.StartsWith("2203", StringComparison.Ordinal) || error.Code == ErrorCode.DivisionByZero || error.Code == ErrorCode.NumericValueOutOfRange;

    private static PathTruth StartsWith(JsonValue whole, JsonValue start) => whole.Kind == JsonKind.String && start.Kind == JsonKind.String
        ? whole.Text.StartsWith(start.Text, StringComparison.Ordinal) ? PathTruth.True : PathTruth.False
        : PathTruth.Unknown;

    private static PathTruth Compare(PathKind kind, JsonValue left, JsonValue right)
    {
        int order;
        if (left.Kind != right.Kind)
        {
            // Null differs from everything else; other kinds do not compare.
            if (left.Kind == JsonKind.Null || right.Kind == JsonKind.Null)
                return kind == PathKind.NotEqual ? PathTruth.True : PathTruth.False;
            return PathTruth.Unknown;
        }

        switch (left.Kind)
        {
            case JsonKind.Null:
                order = 0;
                break;
            case JsonKind.Boolean:
                order = left.Flag.CompareTo(right.Flag);
                break;
            case JsonKind.Number:
                order = left.AsNumber().CompareTo(right.AsNumber());
                break;
            case JsonKind.String:
                order = string.CompareOrdinal(left.Text, right.Text);
                break;
            case JsonKind.DateTime when PathTime.Compare(left.Time!, right.Time!) is { } times:
                order = times;
                break;
            default:
                return PathTruth.Unknown;
        }

        bool isTrue = kind switch
        {
            PathKind.Equal => order == 0,
            PathKind.NotEqual => order != 0,
            PathKind.Less => order < 0,
            PathKind.LessOrEqual => order <= 0,
            PathKind.Greater => order > 0,
            _ => order >= 0,
        };
        return isTrue ? PathTruth.True : PathTruth.False;
    }
}
