using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;

namespace QueryEngine.Functions.Arrays;

[ScalarFunction("range", "The numbers from 0 up to one that is left out.")]
[Example("range(3)", "[0, 1, 2]")]
internal sealed class RangeToOverload() : RowOverload("bigint -> array(bigint)")
{
    protected internal override void Invoke(in RowCall call) => ArraySets.Range(call, 0, call.Long(0), 1);
}

[ScalarFunction("range", "The numbers from one up to another, which is left out.")]
[Example("range(2, 5)", "[2, 3, 4]")]
[Example("range(5, 2)", "[]")]
internal sealed class RangeOverload() : RowOverload("bigint, bigint -> array(bigint)")
{
    protected internal override void Invoke(in RowCall call) => ArraySets.Range(call, call.Long(0), call.Long(1), 1);
}

[ScalarFunction("range", "The numbers from one to another, which is left out, some apart.")]
[Example("range(1, 10, 4)", "[1, 5, 9]")]
[Example("range(5, 1, -2)", "[5, 3]")]
[Example("range(1, 5, 0)", "error 22023")]
internal sealed class RangeStepOverload() : RowOverload("bigint, bigint, bigint -> array(bigint)")
{
    protected internal override void Invoke(in RowCall call) => ArraySets.Range(call, call.Long(0), call.Long(1), call.Long(2));
}

[ScalarFunction("generate_subscripts", "The places of an array's elements: 1 to its length.")]
[Example("generate_subscripts(ARRAY['a', 'b'], 1)", "[1, 2]")]
internal sealed class GenerateSubscriptsOverload() : RowOverload("array(T), bigint -> array(bigint)")
{
    protected internal override void Invoke(in RowCall call) => ArraySets.Range(call, 1, call.Long(1) == 1 ? call.Array(0).Length + 1 : 1, 1);
}

[ScalarFunction("$slice", "The elements from one place to another, both included: value[lower:upper].")]
[Example("ARRAY[1, 2, 3, 4][2:3]", "[2, 3]")]
[Example("ARRAY[1, 2, 3, 4][NULL:3]", "NULL")]
internal sealed class SubscriptSliceOverload() : RowOverload("array(T), bigint, bigint -> array(T)")
{
    protected internal override void Invoke(in RowCall call) => ArraySets.Slice(call, call.Long(1), call.Long(2), 1);
}

[ScalarFunction("$slice", "Some of the elements from one place to another: value[lower:upper:step].")]
[Example("ARRAY[1, 2, 3, 4, 5][1:5:2]", "[1, 3, 5]")]
internal sealed class SubscriptSliceStepOverload() : RowOverload("array(T), bigint, bigint, bigint -> array(T)")
{
    protected internal override void Invoke(in RowCall call) => ArraySets.Slice(call, call.Long(1), call.Long(2), call.Long(3));
}

[ScalarFunction("array_slice", "The elements from one place to another, both included; negative places count from the end.", Aliases = ["list_slice"])]
[Example("array_slice(ARRAY[1, 2, 3, 4], 2, 3)", "[2, 3]")]
[Example("array_slice(ARRAY[1, 2, 3, 4], -3, -1)", "[2, 3, 4]")]
internal sealed class ArraySliceOverload() : RowOverload("array(T), bigint, bigint -> array(T)")
{
    protected internal override void Invoke(in RowCall call) =>
        ArraySets.Slice(call, ArraySets.FromEnd(call, call.Long(1)), ArraySets.FromEnd(call, call.Long(2)), 1);
}

[ScalarFunction("array_slice", "Some of the elements from one place to another; negative places count from the end.", Aliases = ["list_slice"])]
[Example("array_slice(ARRAY[1, 2, 3, 4, 5], 1, -1, 2)", "[1, 3, 5]")]
internal sealed class ArraySliceStepOverload() : RowOverload("array(T), bigint, bigint, bigint -> array(T)")
{
    protected internal override void Invoke(in RowCall call) =>
        ArraySets.Slice(call, ArraySets.FromEnd(call, call.Long(1)), ArraySets.FromEnd(call, call.Long(2)), call.Long(3));
}
