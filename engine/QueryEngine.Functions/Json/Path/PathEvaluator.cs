using System.Globalization;
using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json.Path;

/// <summary>The truth of a condition in a path.</summary>
internal enum PathTruth
{
    False,
    True,
    Unknown,
}

/// <summary>
/// Evaluates paths as PostgreSQL does (jsonpath_exec.c; ISO/IEC 9075-2, 9.46): in lax mode arrays are unwrapped where one value is wanted, single
/// values count as arrays of one element, and what is not there gives nothing; in strict mode each of these is an error.
/// </summary>
internal sealed partial class PathEvaluator(JsonPath path, JsonValue root, IReadOnlyDictionary<string, JsonValue>? variables)
{
    private readonly bool _isLax = !path.IsStrict;
    private bool _ignoresStructure = !path.IsStrict;
    private int _innermostSize = -1;

    /// <summary>What the path gives.</summary>
    /// <exception cref="QueryException">An error of SQL/JSON, 2203*.</exception>
    public List<JsonValue> Evaluate()
    {
        var found = new List<JsonValue>();
        Execute(path.Root, root, root, found, _isLax);
        return found;
    }

    private void Execute(PathItem item, JsonValue value, JsonValue current, List<JsonValue> found) => Execute(item, value, current, found, _isLax);

    private void Execute(PathItem item, JsonValue value, JsonValue current, List<JsonValue> found, bool unwraps)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (item.IsPredicate)
        {
            Next(item, Test(item, value) switch { PathTruth.True => JsonValue.True, PathTruth.False => JsonValue.False, _ => JsonValue.Null }, current, found);
            return;
        }

        switch (item.Kind)
        {
            case PathKind.Literal:
                Next(item, item.Value!, current, found);
                break;
            case PathKind.Variable:
                Next(item, VariableOf(item.Name), current, found);
                break;
            case PathKind.Root:
                Next(item, root, current, found);
                break;
            case PathKind.Current:
                Next(item, current, current, found);
                break;
            case PathKind.Last:
                Next(item, JsonValue.Number((_innermostSize - 1).ToString(CultureInfo.InvariantCulture)), current, found);
                break;
            case PathKind.Key:
                ExecuteKey(item, value, current, found, unwraps);
                break;
            case PathKind.AnyKey:
                if (value.Kind == JsonKind.Object)
                    value.Members.ForEach(member => Next(item, member.Value, current, found));
                else if (unwraps && value.Kind == JsonKind.Array)
                    Unwrap(item, value, current, found);
                else if (!_ignoresStructure)
                    throw new QueryException(ErrorCode.JsonObjectNotFound, "jsonpath wildcard member accessor can only be applied to an object");
                break;
            case PathKind.AnyItem:
                if (value.Kind == JsonKind.Array)
                    value.Items.ForEach(element => Next(item, element, current, found));
                else if (_isLax)
                    Next(item, value, current, found);
                else if (!_ignoresStructure)
                    throw new QueryException(ErrorCode.JsonArrayNotFound, "jsonpath wildcard array accessor can only be applied to an array");
                break;
            case PathKind.Index:
                ExecuteIndex(item, value, current, found);
                break;
            case PathKind.Descend:
                ExecuteDescend(item, value, current, found);
                break;
            case PathKind.Filter:
                if (unwraps && value.Kind == JsonKind.Array)
                    Unwrap(item, value, current, found);
                else if (Test(item.Left!, value) == PathTruth.True)
                    Next(item, value, current, found);
                break;
            case PathKind.Method:
                ExecuteMethod(item, value, current, found, unwraps);
                break;
            case PathKind.Plus or PathKind.Minus:
                foreach (JsonValue operand in Values(item.Left!, value, current))
                {
                    if (operand.Kind != JsonKind.Number)
                        throw new QueryException(ErrorCode.JsonNumberNotFound, $"operand of unary jsonpath operator {PathText.Symbol(item.Kind)} is not a numeric value");
                    Next(item, item.Kind == PathKind.Plus ? operand : JsonValue.Number(operand.AsNumber().Negate()), current, found);
                }

                break;
            default:
                ExecuteArithmetic(item, value, current, found);
                break;
        }
    }

    private void Next(PathItem item, JsonValue value, JsonValue current, List<JsonValue> found)
    {
        if (item.Next is { } next)
            Execute(next, value, current, found);
        else
            found.Add(value);
    }

    // The item for each element of an array, whose elements are not unwrapped again.
    private void Unwrap(PathItem item, JsonValue array, JsonValue current, List<JsonValue> found)
    {
        foreach (JsonValue element in array.Items)
            Execute(item, element, current, found, unwraps: false);
    }

    private JsonValue VariableOf(string name) => variables is not null && variables.TryGetValue(name, out JsonValue? value)
        ? value : throw new QueryException(ErrorCode.UndefinedObject, $"could not find jsonpath variable \"{name}\"");

    private void ExecuteKey(PathItem item, JsonValue value, JsonValue current, List<JsonValue> found, bool unwraps)
    {
        if (value.Kind == JsonKind.Object)
        {
            if (value.Find(item.Name) is { } member)
                Next(item, member, current, found);
            else if (!_ignoresStructure)
                throw new QueryException(ErrorCode.JsonMemberNotFound, $"JSON object does not contain key \"{item.Name}\"");
        }
        else if (unwraps && value.Kind == JsonKind.Array)
        {
            Unwrap(item, value, current, found);
        }
        else if (!_ignoresStructure)
        {
            throw new QueryException(ErrorCode.JsonMemberNotFound, "jsonpath member accessor can only be applied to an object");
        }
    }

    private void ExecuteIndex(PathItem item, JsonValue value, JsonValue current, List<JsonValue> found)
    {
        if (value.Kind != JsonKind.Array && !_isLax)
        {
            if (!_ignoresStructure)
                throw new QueryException(ErrorCode.JsonArrayNotFound, "jsonpath array accessor can only be applied to an array");
            return;
        }

        IReadOnlyList<JsonValue> items = value.Kind == JsonKind.Array ? value.Items : [value];
        int outerSize = _innermostSize;
        _innermostSize = items.Count;
        foreach (PathRange range in item.Ranges)
        {
            int from = PlaceOf(range.From, value, current), to = range.To is null ? from : PlaceOf(range.To, value, current);
            if (!_ignoresStructure && (from < 0 || from > to || to >= items.Count))
                throw new QueryException(ErrorCode.InvalidJsonSubscript, "jsonpath array subscript is out of bounds");
            for (int at = Math.Max(from, 0); at <= Math.Min(to, items.Count - 1); at++)
            {
                (int size, _innermostSize) = (_innermostSize, outerSize);
                Next(item, items[at], current, found);
                _innermostSize = size;
            }
        }

        _innermostSize = outerSize;
    }

    private int PlaceOf(PathItem item, JsonValue value, JsonValue current)
    {
        var places = new List<JsonValue>();
        Execute(item, value, current, places);
        if (places is not [{ Kind: JsonKind.Number } place])
            throw new QueryException(ErrorCode.InvalidJsonSubscript, "jsonpath array subscript is not a single numeric value");
        System.Numerics.BigInteger whole = place.AsNumber().Truncate();
        return whole >= int.MinValue && whole <= int.MaxValue
            ? (int)whole : throw new QueryException(ErrorCode.InvalidJsonSubscript, "jsonpath array subscript is out of integer range");
    }

    private void ExecuteDescend(PathItem item, JsonValue value, JsonValue current, List<JsonValue> found)
    {
        (bool ignored, _ignoresStructure) = (_ignoresStructure, true);
        if (item.Levels.First == 0)
            Next(item, value, current, found);
        Descend(item, value, current, found, level: 1);
        _ignoresStructure = ignored;
    }

    private void Descend(PathItem item, JsonValue value, JsonValue current, List<JsonValue> found, int level)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (level > item.Levels.Last)
            return;
        foreach (JsonValue child in value.Kind == JsonKind.Object ? value.Members.Select(member => member.Value) : value.Items)
        {
            bool isLeafWanted = item.Levels is (PathItem.Deepest, PathItem.Deepest) && child.IsScalar;
            if (level >= item.Levels.First || isLeafWanted)
                Next(item, child, current, found);
            if (level < item.Levels.Last && !child.IsScalar)
                Descend(item, child, current, found, level + 1);
        }
    }

    private void ExecuteArithmetic(PathItem item, JsonValue value, JsonValue current, List<JsonValue> found)
    {
        JsonNumber left = Operand(item.Left!, "left"), right = Operand(item.Right!, "right");
        JsonNumber result = item.Kind switch
        {
            PathKind.Add => left.Add(right),
            PathKind.Subtract => left.Add(right.Negate()),
            PathKind.Multiply => left.Multiply(right),
            PathKind.Divide => left.Divide(right),
            _ => left.Modulo(right),
        };
        Next(item, JsonValue.Number(result), current, found);

        JsonNumber Operand(PathItem operand, string side) => Values(operand, value, current) is [{ Kind: JsonKind.Number } number]
            ? number.AsNumber()
            : throw new QueryException(
                ErrorCode.SingletonJsonItemRequired, $"{side} operand of jsonpath operator {PathText.Symbol(item.Kind)} is not a single numeric value");
    }

    // The values of an operand; in lax mode arrays give their elements.
    private List<JsonValue> Values(PathItem item, JsonValue value, JsonValue current, bool unwraps = true)
    {
        var values = new List<JsonValue>();
        Execute(item, value, current, values);
        return unwraps && _isLax && values.Exists(one => one.Kind == JsonKind.Array)
            ? [.. values.SelectMany(one => one.Kind == JsonKind.Array ? one.Items : [one])]
            : values;
    }
}
