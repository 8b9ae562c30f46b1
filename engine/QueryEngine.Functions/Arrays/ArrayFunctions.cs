using QueryEngine.Columnar;
using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Arrays;

[ScalarFunction("cardinality", "The number of elements.", Aliases = ["array_length", "array_size", "length", "len"])]
[Example("cardinality(ARRAY[1, 2, 3])", "3")]
[Example("cardinality(ARRAY[])", "0")]
internal sealed class CardinalityOverload() : RowOverload("array(T) -> bigint")
{
    protected internal override void Invoke(in RowCall call) => call.Append((long)call.Array(0).Length);
}

/// <summary>An element by its place.</summary>
internal abstract class ElementOverload(bool allowsNegative) : RowOverload("array(T), bigint -> T")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        long at = call.Long(1);
        if (at < 0 && allowsNegative)
            at += array.Length + 1;
        if (at < 1 || at > array.Length)
            call.AppendNull();
        else
            call.Result.AppendFrom(array.Elements, array.Start + (int)at - 1);
    }
}

[ScalarFunction("$subscript", "The element at a place, 1 for the first; NULL outside.")]
[Example("ARRAY[10, 20][2]", "20")]
[Example("ARRAY[10, 20][3]", "NULL")]
internal sealed class SubscriptOverload() : ElementOverload(allowsNegative: false);

[ScalarFunction("element_at", "The element at a place, 1 for the first, -1 for the last; NULL outside.", Aliases = ["list_element", "array_extract", "list_extract", "array_element"])]
[Example("element_at(ARRAY[10, 20], -1)", "20")]
internal sealed class ElementAtOverload() : ElementOverload(allowsNegative: true);

[ScalarFunction("contains", "Whether a value is among the elements; NULL when it is not but some element is NULL.")]
[Example("contains(ARRAY[1, 2], 2)", "true")]
[Example("contains(ARRAY['a', 'b'], 'c')", "false")]
[Example("contains(ARRAY[1, NULL], 2)", "NULL")]
[Example("contains(ARRAY[ARRAY[1, NULL]], ARRAY[1, 2])", "error 0A000")]
internal sealed class ContainsOverload() : RowOverload("array(T), T -> boolean")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        bool hasNull = false;
        for (int at = array.Start; at < array.End; at++)
        {
            if (array.Elements.IsNull(at))
            {
                hasNull = true;
            }
            else if (ArraySets.KnownEqual(array.Elements, at, call[1], call.Row))
            {
                call.Append(true);
                return;
            }
        }

        if (hasNull)
            call.AppendNull();
        else
            call.Append(false);
    }
}

[ScalarFunction("array_append", "An array with one element more at its end.", Aliases = ["list_append", "array_push_back"])]
[Example("array_append(ARRAY[1], 2)", "[1, 2]")]
internal sealed class ArrayAppendOverload() : RowOverload("array(T), T -> array(T)", isStrict: false)
{
    protected internal override void Invoke(in RowCall call)
    {
        if (!call.IsNull(0))
            ArrayBuilding.AppendAll(call, call.Array(0));
        ArrayBuilding.Elements(call).AppendFrom(call[1], call.Row);
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("array_prepend", "An array with one element more at its beginning.", Aliases = ["list_prepend", "array_push_front"])]
[Example("array_prepend(1, ARRAY[2])", "[1, 2]")]
internal sealed class ArrayPrependOverload() : RowOverload("T, array(T) -> array(T)", isStrict: false)
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayBuilding.Elements(call).AppendFrom(call[0], call.Row);
        if (!call.IsNull(1))
            ArrayBuilding.AppendAll(call, call.Array(1));
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("$concat", "The elements of two arrays.", Aliases = ["concat"])]
[Example("ARRAY[1, 2] || ARRAY[3]", "[1, 2, 3]")]
internal sealed class ArrayConcatOverload() : RowOverload("array(T), array(T) -> array(T)")
{
    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments) =>
        arguments.Any(argument => argument.Type is ArrayType) && !ArrayBuilding.IsAmbiguous(arguments) ? base.Resolve(name, arguments) : null;

    protected internal override void Invoke(in RowCall call)
    {
        ArrayBuilding.AppendAll(call, call.Array(0));
        ArrayBuilding.AppendAll(call, call.Array(1));
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("array_concat", "The elements of two arrays; NULL is like no elements.", Aliases = ["array_cat", "list_concat", "list_cat"])]
[Example("array_concat(ARRAY[1, 2], ARRAY[3])", "[1, 2, 3]")]
[Example("array_concat(NULL, ARRAY[3])", "[3]")]
internal sealed class ArrayConcatOfNullsOverload() : RowOverload("array(T), array(T) -> array(T)", isStrict: false)
{
    protected internal override void Invoke(in RowCall call)
    {
        if (call.IsNull(0) && call.IsNull(1))
        {
            call.AppendNull();
            return;
        }

        for (int argument = 0; argument < 2; argument++)
            if (!call.IsNull(argument))
                ArrayBuilding.AppendAll(call, call.Array(argument));
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("$concat", "An array with one element more at its end.")]
[Example("ARRAY[1, 2] || 3", "[1, 2, 3]")]
internal sealed class ArrayConcatElementOverload() : RowOverload("array(T), T -> array(T)")
{
    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments) =>
        arguments[0].Type is ArrayType && !ArrayBuilding.IsAmbiguous(arguments) ? base.Resolve(name, arguments) : null;

    protected internal override void Invoke(in RowCall call)
    {
        ArrayBuilding.AppendAll(call, call.Array(0));
        ArrayBuilding.Elements(call).AppendFrom(call[1], call.Row);
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("$concat", "An array with one element more at its beginning.")]
[Example("0 || ARRAY[1, 2]", "[0, 1, 2]")]
internal sealed class ElementConcatArrayOverload() : RowOverload("T, array(T) -> array(T)")
{
    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments) =>
        arguments[^1].Type is ArrayType && !ArrayBuilding.IsAmbiguous(arguments) ? base.Resolve(name, arguments) : null;

    protected internal override void Invoke(in RowCall call)
    {
        ArrayBuilding.Elements(call).AppendFrom(call[0], call.Row);
        ArrayBuilding.AppendAll(call, call.Array(1));
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("flatten", "The elements of the arrays in an array.")]
[Example("flatten(ARRAY[ARRAY[1, 2], ARRAY[3]])", "[1, 2, 3]")]
internal sealed class FlattenOverload() : RowOverload("array(array(T)) -> array(T)")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow outer = call.Array(0);
        using ColumnVector flat = Gather.Flatten(outer.Elements, call.Context.Memory);
        for (int at = outer.Start; at < outer.End; at++)
            if (!flat.IsNull(at))
                ArrayBuilding.AppendAll(call, new ArrayRow((ArrayVector)flat, at));
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("slice", "So many elements from a place on; a negative place counts from the end.")]
[Example("slice(ARRAY[1, 2, 3, 4], 2, 2)", "[2, 3]")]
[Example("slice(ARRAY[1, 2, 3, 4], -2, 2)", "[3, 4]")]
internal sealed class SliceOverload() : RowOverload("array(T), bigint, bigint -> array(T)")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        long start = call.Long(1), count = call.Long(2);
        if (start == 0 || count < 0)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"slice from {start} of {count} elements", "Places begin at 1, or at -1 from the end.");
        long first = start > 0 ? start - 1 : array.Length + start;
        for (long at = Math.Max(first, 0); first >= 0 && at < Math.Min(array.Length, first + count); at++)
            ArrayBuilding.Elements(call).AppendFrom(array.Elements, array.Start + (int)at);
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("array_join", "The elements as text with a separator between them; NULLs are skipped, or given as a third argument.")]
[Example("array_join(ARRAY[1, NULL, 3], '-')", "1-3")]
[Example("array_join(ARRAY[1, NULL, 3], '-', '?')", "1-?-3")]
[Example("array_join(ARRAY[ARRAY[1], ARRAY[2]], '-')", "error 22023")]
internal sealed class ArrayJoinOverload() : RowOverload("array(T), varchar -> varchar | array(T), varchar, varchar -> varchar")
{
    protected internal override void Invoke(in RowCall call)
    {
        if (call.Array(0).Elements.Type is ArrayType)
            throw new QueryException(ErrorCode.InvalidParameterValue, "an array of arrays cannot be joined", "Use array_to_string, or flatten it.");
        ArrayBuilding.Join(call);
    }
}

[ScalarFunction("array_to_string", "The elements, of arrays inside too, as text with a separator between them; NULLs are skipped, or given as a third argument.")]
[Example("array_to_string(ARRAY[1, NULL, 3], '-')", "1-3")]
[Example("array_to_string(ARRAY[ARRAY[1, 2], ARRAY[3]], '-')", "1-2-3")]
internal sealed class ArrayToStringOverload() : RowOverload("array(T), varchar -> varchar | array(T), varchar, varchar -> varchar")
{
    protected internal override void Invoke(in RowCall call) => ArrayBuilding.Join(call);
}

[ScalarFunction("split", "The parts of a text between separators.", Aliases = ["str_split", "string_split"])]
[Example("split('a,b,c', ',')", "[a, b, c]")]
internal sealed class SplitOverload() : RowOverload("varchar, varchar -> array(varchar)")
{
    protected internal override void Invoke(in RowCall call)
    {
        foreach (string part in call.Text(1).Length == 0 ? [call.Text(0)] : call.Text(0).Split(call.Text(1)))
            ((BytesBuilder)ArrayBuilding.Elements(call)).Append(part);
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("split", "The parts of a text between separators, at most so many; the last has the rest.")]
[Example("split('a,b,c', ',', 2)", "[a, b,c]")]
internal sealed class SplitLimitOverload() : RowOverload("varchar, varchar, bigint -> array(varchar)")
{
    protected internal override void Invoke(in RowCall call)
    {
        if (call.Long(2) < 1)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"split into {call.Long(2)} parts");
        foreach (string part in call.Text(0).Split(call.Text(1), (int)Math.Min(call.Long(2), int.MaxValue)))
            ((BytesBuilder)ArrayBuilding.Elements(call)).Append(part);
        ArrayBuilding.End(call);
    }
}

/// <summary>Building results of array functions.</summary>
internal static class ArrayBuilding
{
    /// <summary>Whether an array without a type, such as ARRAY[NULL], stands beside an array of arrays: it may be an element of it or one more of its kind.</summary>
    public static bool IsAmbiguous(IReadOnlyList<ArgumentType> arguments) => arguments.Count == 2
        && ((arguments[0].Type, arguments[1].Type) is (ArrayType { Element: ArrayType { Element: not UnknownType } }, ArrayType { Element: UnknownType })
            or (ArrayType { Element: UnknownType }, ArrayType { Element: ArrayType { Element: not UnknownType } }));

    /// <summary>Takes the elements of the result's row.</summary>
    public static VectorBuilder Elements(in RowCall call) => ((ArrayBuilder)call.Result).Elements;

    /// <summary>Ends the result's row.</summary>
    public static void End(in RowCall call) => ((ArrayBuilder)call.Result).EndRow();

    /// <summary>Adds all elements of an array.</summary>
    public static void AppendAll(in RowCall call, ArrayRow array)
    {
        VectorBuilder elements = Elements(call);
        for (int at = array.Start; at < array.End; at++)
            elements.AppendFrom(array.Elements, at);
    }

    /// <summary>Joins elements as text.</summary>
    public static void Join(in RowCall call)
    {
        string? forNull = call.Count > 2 ? call.Text(2) : null;
        ArrayRow array = call.Array(0);
        (ColumnVector elements, int start, int end) = (array.Elements, array.Start, array.End);
        while (elements is ArrayVector inner)
            (elements, start, end) = (inner.Elements, inner.Offsets[start], inner.Offsets[end]);
        if (elements.Type is MapType or RowType or ArrayType)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"an array of {elements.Type} cannot be joined");
        using ColumnVector part = elements.Slice(start, end - start);
        using ColumnVector text = CastFunctions.Bind(part.Type, SqlType.Varchar, isTry: false).Invoke([part], part.Length, call.Context);
        bool isJson = part.Type is JsonType;
        IEnumerable<string> parts = Enumerable.Range(0, text.Length).Select(at => TextOf((string?)text.GetValue(at), isJson) ?? forNull).OfType<string>();
        call.Append(string.Join(call.Text(1), parts).AsSpan());
    }

    // Strings of JSON without their quotes, null as NULL.
    private static string? TextOf(string? text, bool isJson) => !isJson || text is null ? text
        : Json.JsonText.Parse(text) is { Kind: not Json.JsonKind.Null } value ? Json.JsonRows.TextOf(value, Json.JsonStyle.Compact) : null;
}
