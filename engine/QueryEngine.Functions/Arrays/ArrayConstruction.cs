using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Arrays;

[ScalarFunction("make_array", "The array of the arguments, as ARRAY[...] makes it.", Aliases = ["list_value", "list_pack", "array_value"])]
[Example("make_array(1, NULL, 3)", "[1, NULL, 3]")]
[Example("make_array('a')", "[a]")]
internal sealed class MakeArrayOverload() : RowOverload("T, T... -> array(T)", isStrict: false)
{
    protected internal override void Invoke(in RowCall call)
    {
        for (int argument = 0; argument < call.Count; argument++)
            ArrayBuilding.Elements(call).AppendFrom(call[argument], call.Row);
        ArrayBuilding.End(call);
    }
}

/// <summary>The element at one end; NULL of an empty array.</summary>
internal abstract class EndElementOverload(bool isFirst) : RowOverload("array(T) -> T")
{
    protected internal sealed override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        if (array.Length == 0)
            call.AppendNull();
        else
            call.Result.AppendFrom(array.Elements, isFirst ? array.Start : array.End - 1);
    }
}

[ScalarFunction("array_first", "The first element; NULL of an empty array.", Aliases = ["list_first"])]
[Example("array_first(ARRAY[1, 2])", "1")]
internal sealed class ArrayFirstOverload() : EndElementOverload(isFirst: true);

[ScalarFunction("array_last", "The last element; NULL of an empty array.", Aliases = ["list_last"])]
[Example("array_last(ARRAY[1, 2])", "2")]
[Example("array_last(ARRAY[])", "NULL")]
internal sealed class ArrayLastOverload() : EndElementOverload(isFirst: false);

[ScalarFunction("list_unique", "The number of different elements that are not NULL.", Aliases = ["array_unique"])]
[Example("list_unique(ARRAY[1, 1, NULL, 2])", "2")]
internal sealed class ArrayUniqueOverload() : RowOverload("array(T) -> bigint")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        ColumnVector elements = array.Elements;
        int[] sorted = [.. Enumerable.Range(array.Start, array.Length).Where(at => !elements.IsNull(at))];
        Array.Sort(sorted, (left, right) => Columnar.RowComparer.Compare(elements, left, elements, right));
        long count = 0;
        for (int at = 0; at < sorted.Length; at++)
            if (at == 0 || !Columnar.RowComparer.Equal(elements, sorted[at], elements, sorted[at - 1]))
                count++;
        call.Append(count);
    }
}
