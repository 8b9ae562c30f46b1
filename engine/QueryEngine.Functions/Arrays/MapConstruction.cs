using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Arrays;

/// <summary>An overload whose result is a type made of the arguments' types that patterns do not say.</summary>
internal abstract class TypedRowOverload : ScalarOverload
{
    /// <summary>The type of the result, or null when the arguments are not for it.</summary>
    protected abstract SqlType? ResultOf(IReadOnlyList<SqlType> types);

    /// <summary>Computes a row and appends one value.</summary>
    protected internal abstract void Invoke(in RowCall call);

    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments)
    {
        if (arguments.Any(argument => argument.LambdaArity is not null))
            return null;
        SqlType[] types = [.. arguments.Select(argument => argument.IsUntypedLiteral ? SqlType.Varchar : argument.Type)];
        return ResultOf(types) is { } result ? new Match(new FunctionResolution(name, types.ToValueList(), result), Cost: 2) : null;
    }

    /// <inheritdoc/>
    public override ScalarFunction? Bind(string name, ValueList<SqlType> parameterTypes, SqlType returnType) =>
        ResultOf([.. parameterTypes]) == returnType ? new RowFunction(name, parameterTypes, returnType, Invoke, isStrict: true) : null;
}

[ScalarFunction("map_entries", "The entries of a map as rows of key and value.")]
[Example("map_entries(map(ARRAY['a'], ARRAY[1]))", "[{key: a, value: 1}]")]
internal sealed class MapEntriesOverload : TypedRowOverload
{
    /// <inheritdoc/>
    public override string Signature => "(map(K, V)) -> array(row(key K, value V))";

    protected override SqlType? ResultOf(IReadOnlyList<SqlType> types) => types is [MapType map]
        ? SqlType.Array(SqlType.Row(new RowField("key", map.Key), new RowField("value", map.Value))) : null;

    protected internal override void Invoke(in RowCall call)
    {
        var map = (MapVector)call[0];
        var rows = (RowBuilder)ArrayBuilding.Elements(call);
        for (int at = map.Offsets[call.Row]; at < map.Offsets[call.Row + 1]; at++)
        {
            rows.Fields[0].AppendFrom(map.Keys, at);
            rows.Fields[1].AppendFrom(map.Values, at);
            rows.EndRow();
        }

        ArrayBuilding.End(call);
    }
}

[ScalarFunction("map_from_entries", "The map of an array of rows of key and value.")]
[Example("map_from_entries(ARRAY[ROW(1, 'x'), ROW(2, 'y')])", "{1: x, 2: y}")]
[Example("map_from_entries(ARRAY[ROW(1, 'x'), ROW(1, 'y')])", "error 22023")]
internal sealed class MapFromEntriesOverload : TypedRowOverload
{
    /// <inheritdoc/>
    public override string Signature => "(array(row(K, V))) -> map(K, V)";

    protected override SqlType? ResultOf(IReadOnlyList<SqlType> types) => types is [ArrayType { Element: RowType { Fields: [var key, var value] } }]
        ? SqlType.Map(key.Type, value.Type) : null;

    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        using ColumnVector flat = Gather.Flatten(array.Elements, call.Context.Memory);
        var rows = (RowVector)flat;
        var builder = (MapBuilder)call.Result;
        ColumnVector keys = rows.Fields[0];
        for (int at = array.Start; at < array.End; at++)
        {
            if (rows.IsNull(at) || keys.IsNull(at))
                throw new QueryException(ErrorCode.InvalidParameterValue, "a key of a map is not NULL");
            if (ArraySets.Find(keys, at, keys, array.Start, at) >= 0)
                throw new QueryException(ErrorCode.InvalidParameterValue, $"the key {keys.GetValue(at)} is twice in a map");
            builder.Keys.AppendFrom(keys, at);
            builder.Values.AppendFrom(rows.Fields[1], at);
        }

        builder.EndRow();
    }
}

[ScalarFunction("multimap_from_entries", "The map of an array of rows of key and value: of each key the array of its values.")]
[Example("multimap_from_entries(ARRAY[ROW(1, 'x'), ROW(2, 'y'), ROW(1, 'z')])", "{1: [x, z], 2: [y]}")]
internal sealed class MultimapFromEntriesOverload : TypedRowOverload
{
    /// <inheritdoc/>
    public override string Signature => "(array(row(K, V))) -> map(K, array(V))";

    protected override SqlType? ResultOf(IReadOnlyList<SqlType> types) => types is [ArrayType { Element: RowType { Fields: [var key, var value] } }]
        ? SqlType.Map(key.Type, SqlType.Array(value.Type)) : null;

    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        using ColumnVector flat = Gather.Flatten(array.Elements, call.Context.Memory);
        var rows = (RowVector)flat;
        var builder = (MapBuilder)call.Result;
        ColumnVector keys = rows.Fields[0];
        for (int at = array.Start; at < array.End; at++)
        {
            if (rows.IsNull(at) || keys.IsNull(at))
                throw new QueryException(ErrorCode.InvalidParameterValue, "a key of a map is not NULL");
            if (ArraySets.Find(keys, at, keys, array.Start, at) >= 0)
                continue;
            builder.Keys.AppendFrom(keys, at);
            var values = (ArrayBuilder)builder.Values;
            for (int other = at; other < array.End; other++)
                if (!rows.IsNull(other) && RowComparer.Equal(keys, at, keys, other))
                    values.Elements.AppendFrom(rows.Fields[1], other);
            values.EndRow();
        }

        builder.EndRow();
    }
}

[ScalarFunction("zip", "The elements of arrays side by side as rows; what is missing in a shorter one is NULL.", Aliases = ["arrays_zip", "list_zip", "array_zip"])]
[Example("zip(ARRAY[1, 2], ARRAY['a'])", "[{field0: 1, field1: a}, {field0: 2, field1: NULL}]")]
internal sealed class ZipOverload : TypedRowOverload
{
    /// <inheritdoc/>
    public override string Signature => "(array(T), array(U), ...) -> array(row(T, U, ...))";

    protected override SqlType? ResultOf(IReadOnlyList<SqlType> types) => types.Count > 0 && types.All(type => type is ArrayType)
        ? SqlType.Array(new RowType(types.Select(type => new RowField(null, ((ArrayType)type).Element)).ToValueList())) : null;

    protected internal override void Invoke(in RowCall call)
    {
        int length = 0;
        for (int argument = 0; argument < call.Count; argument++)
            length = Math.Max(length, call.Array(argument).Length);
        var rows = (RowBuilder)ArrayBuilding.Elements(call);
        for (int at = 0; at < length; at++)
        {
            for (int argument = 0; argument < call.Count; argument++)
            {
                ArrayRow array = call.Array(argument);
                if (at < array.Length)
                    rows.Fields[argument].AppendFrom(array.Elements, array.Start + at);
                else
                    rows.Fields[argument].AppendNull();
            }

            rows.EndRow();
        }

        ArrayBuilding.End(call);
    }
}

[ScalarFunction("map", "The map without entries.")]
[Example("map()", "{}")]
internal sealed class EmptyMapOverload : TypedRowOverload
{
    /// <inheritdoc/>
    public override string Signature => "() -> map(unknown, unknown)";

    protected override SqlType? ResultOf(IReadOnlyList<SqlType> types) => types.Count == 0 ? SqlType.Map(SqlType.Unknown, SqlType.Unknown) : null;

    protected internal override void Invoke(in RowCall call) => ((MapBuilder)call.Result).EndRow();
}

[ScalarFunction("ngrams", "The runs of so many elements of an array, in order; the whole array when it is shorter.")]
[Example("ngrams(ARRAY['a', 'b', 'c'], 2)", "[[a, b], [b, c]]")]
[Example("ngrams(ARRAY[1], 0)", "error 22023")]
internal sealed class NgramsOverload() : RowOverload("array(T), bigint -> array(array(T))")
{
    protected internal override void Invoke(in RowCall call)
    {
        if (call.Long(1) < 1)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"runs of {call.Long(1)} elements");
        ArrayRow array = call.Array(0);
        int size = (int)Math.Min(call.Long(1), Math.Max(1, array.Length));
        var runs = (ArrayBuilder)ArrayBuilding.Elements(call);
        for (int start = 0; start == 0 || start + size <= array.Length; start++)
        {
            for (int at = start; at < Math.Min(start + size, array.Length); at++)
                runs.Elements.AppendFrom(array.Elements, array.Start + at);
            runs.EndRow();
        }

        ArrayBuilding.End(call);
    }
}

[ScalarFunction("combinations", "All choices of so many elements of an array, up to 5.")]
[Example("combinations(ARRAY['a', 'b', 'c'], 2)", "[[a, b], [a, c], [b, c]]")]
[Example("combinations(ARRAY[1], 6)", "error 22023")]
internal sealed class CombinationsOverload() : RowOverload("array(T), bigint -> array(array(T))")
{
    private const int MaxChoices = 100_000;

    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        long size = call.Long(1);
        if (size is < 0 or > 5)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"combinations of {size} elements", "The size is 0 to 5.");
        var choices = (ArrayBuilder)ArrayBuilding.Elements(call);
        int[] places = [.. Enumerable.Range(0, (int)size)];
        int count = 0;
        while (size <= array.Length)
        {
            if (++count > MaxChoices)
                throw new QueryException(ErrorCode.InvalidParameterValue, $"there are more than {MaxChoices} combinations");
            foreach (int place in places)
                choices.Elements.AppendFrom(array.Elements, array.Start + place);
            choices.EndRow();
            int last = (int)size - 1;
            while (last >= 0 && places[last] == array.Length - (int)size + last)
                last--;
            if (last < 0)
                break;
            places[last]++;
            for (int next = last + 1; next < size; next++)
                places[next] = places[next - 1] + 1;
        }

        ArrayBuilding.End(call);
    }
}
