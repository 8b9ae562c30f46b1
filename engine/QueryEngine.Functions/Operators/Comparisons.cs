using System.Numerics;
using System.Runtime.InteropServices;
using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Operators;

/// <summary>A comparison of two operands of any one type.</summary>
internal abstract class ComparisonOverload<TComparison, TFlipped> : ScalarOverload
    where TComparison : struct, IComparison
    where TFlipped : struct, IComparison
{
    /// <inheritdoc/>
    public override string Signature => "(T, T) -> boolean";

    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments)
    {
        if (arguments.Count != 2 || arguments.Any(argument => argument.LambdaArity is not null))
            return null;
        SqlType? type = (arguments[0].IsUntypedLiteral, arguments[1].IsUntypedLiteral) switch
        {
            (true, true) => SqlType.Varchar,
            (true, false) => LiteralType(arguments[1].Type),
            (false, true) => LiteralType(arguments[0].Type),
            _ => Coercion.CommonType(arguments[0].Type, arguments[1].Type),
        };
        if (type is null || (ContainsMap(type) && name is not ("$eq" or "$ne")))
            return null;

        bool isComparableAsIs = !arguments[0].IsUntypedLiteral && !arguments[1].IsUntypedLiteral && HaveSameValues(arguments[0].Type, arguments[1].Type);
        ValueList<SqlType> parameters = isComparableAsIs ? [arguments[0].Type, arguments[1].Type] : [type, type];
        return new Match(new FunctionResolution(name, parameters, SqlType.Boolean), 0);
    }

    /// <inheritdoc/>
    public override ScalarFunction? Bind(string name, ValueList<SqlType> parameterTypes, SqlType returnType)
    {
        if (parameterTypes.Count != 2 || parameterTypes[0].Physical != parameterTypes[1].Physical || returnType != SqlType.Boolean)
            return null;
        if (parameterTypes[0].Kind == TypeKind.Interval)
            return new IntervalComparison<TComparison>(name, parameterTypes);
        return parameterTypes[0].Physical switch
        {
            PhysicalType.Bool => new FixedComparison<bool, byte, TComparison, TFlipped>(name, parameterTypes),
            PhysicalType.Int8 => new FixedComparison<sbyte, sbyte, TComparison, TFlipped>(name, parameterTypes),
            PhysicalType.Int16 => new FixedComparison<short, short, TComparison, TFlipped>(name, parameterTypes),
            PhysicalType.Int32 => new FixedComparison<int, int, TComparison, TFlipped>(name, parameterTypes),
            PhysicalType.Int64 => new FixedComparison<long, long, TComparison, TFlipped>(name, parameterTypes),
            PhysicalType.Int128 => new FixedComparison<Int128, Int128, TComparison, TFlipped>(name, parameterTypes),
            PhysicalType.Float32 => new FixedComparison<float, float, TComparison, TFlipped>(name, parameterTypes),
            PhysicalType.Float64 => new FixedComparison<double, double, TComparison, TFlipped>(name, parameterTypes),
            PhysicalType.UInt128 => new FixedComparison<UInt128, UInt128, TComparison, TFlipped>(name, parameterTypes),
            PhysicalType.Bytes => new TextComparison<TComparison>(name, parameterTypes),
            _ => new NestedComparison<TComparison>(name, parameterTypes),
        };
    }

    // A literal beside varchar(3) has that type too, but is not cut to three characters: see SqlValueParser.
    private static SqlType LiteralType(SqlType other) => other is UnknownType ? SqlType.Varchar : other;

    // Types that differ in their limits only need no cast, which would be in the way of pushdown.
    private static bool HaveSameValues(SqlType left, SqlType right) => (left, right) switch
    {
        (VarcharType, VarcharType) or (CharType, CharType) => true,
        (DecimalType l, DecimalType r) => l.Scale == r.Scale && l.IsShort == r.IsShort,
        (TimestampType l, TimestampType r) => (l.Precision > 6) == (r.Precision > 6),
        (TimestampWithTimeZoneType l, TimestampWithTimeZoneType r) => (l.Precision > 6) == (r.Precision > 6),
        (TimeType l, TimeType r) => (l.Precision > 6) == (r.Precision > 6),
        _ => false,
    };

    // Maps and geometries are equal or not, but neither is before the other.
    private static bool ContainsMap(SqlType type) => type switch
    {
        MapType or GeometryType => true,
        ArrayType array => ContainsMap(array.Element),
        RowType row => row.Fields.Any(field => ContainsMap(field.Type)),
        _ => false,
    };
}

[ScalarFunction("$eq", "Whether two values are equal.")]
internal sealed class EqualOverload : ComparisonOverload<EqualComparison, EqualComparison>;

[ScalarFunction("$ne", "Whether two values are not equal.")]
internal sealed class NotEqualOverload : ComparisonOverload<NotEqualComparison, NotEqualComparison>;

[ScalarFunction("$lt", "Whether the left value is less.")]
internal sealed class LessOverload : ComparisonOverload<LessComparison, GreaterComparison>;

[ScalarFunction("$le", "Whether the left value is less or equal.")]
internal sealed class LessOrEqualOverload : ComparisonOverload<LessOrEqualComparison, GreaterOrEqualComparison>;

[ScalarFunction("$gt", "Whether the left value is greater.")]
internal sealed class GreaterOverload : ComparisonOverload<GreaterComparison, LessComparison>;

[ScalarFunction("$ge", "Whether the left value is greater or equal.")]
internal sealed class GreaterOrEqualOverload : ComparisonOverload<GreaterOrEqualComparison, LessOrEqualComparison>;

/// <summary>Compares fixed-width values; <typeparamref name="TNumber"/> has the same bits and the same order as <typeparamref name="T"/>.</summary>
internal sealed class FixedComparison<T, TNumber, TComparison, TFlipped>(string name, ValueList<SqlType> parameterTypes)
    : VectorFunction(name, parameterTypes, SqlType.Boolean)
    where T : unmanaged
    where TNumber : unmanaged, IComparisonOperators<TNumber, TNumber, bool>, INumberBase<TNumber>
    where TComparison : struct, IComparison
    where TFlipped : struct, IComparison
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        var left = new FixedReader<T>(arguments[0]);
        var right = new FixedReader<T>(arguments[1]);
        NativeBuffer values = context.Memory.Allocate(rowCount);
        Span<bool> result = values.Span<bool>(rowCount);
        ReadOnlySpan<TNumber> l = MemoryMarshal.Cast<T, TNumber>(left.Values);
        ReadOnlySpan<TNumber> r = MemoryMarshal.Cast<T, TNumber>(right.Values);
        if (left.IsConstant)
            ComparisonKernel.Compare<TNumber, TFlipped>(r, l, result);
        else
            ComparisonKernel.Compare<TNumber, TComparison>(l, r, result);
        return new FixedWidthVector<bool>(SqlType.Boolean, rowCount, values, ValidityBitmap.And(arguments, rowCount, context.Memory));
    }
}

/// <summary>Compares intervals by their length: a month is 30 days, a day 24 hours.</summary>
internal sealed class IntervalComparison<TComparison>(string name, ValueList<SqlType> parameterTypes)
    : VectorFunction(name, parameterTypes, SqlType.Boolean)
    where TComparison : struct, IComparison
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        NativeBuffer values = context.Memory.Allocate(rowCount);
        Span<bool> result = values.Span<bool>(rowCount);
        var left = new FixedReader<Int128>(arguments[0]);
        var right = new FixedReader<Int128>(arguments[1]);
        for (int row = 0; row < result.Length; row++)
            result[row] = TComparison.FromOrder(new Interval(left[row]).Length.CompareTo(new Interval(right[row]).Length));
        return new FixedWidthVector<bool>(SqlType.Boolean, rowCount, values, ValidityBitmap.And(arguments, rowCount, context.Memory));
    }
}

/// <summary>Compares text and binary byte by byte, which for UTF-8 is by code point.</summary>
internal sealed class TextComparison<TComparison>(string name, ValueList<SqlType> parameterTypes)
    : VectorFunction(name, parameterTypes, SqlType.Boolean)
    where TComparison : struct, IComparison
{
    private static readonly bool _isEquality = TComparison.FromOrder(-1) == TComparison.FromOrder(1);

    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        NativeBuffer values = context.Memory.Allocate(rowCount);
        Span<bool> result = values.Span<bool>(rowCount);
        NativeBuffer? validity = ValidityBitmap.And(arguments, rowCount, context.Memory);
        var left = new BytesReader(arguments[0]);
        var right = new BytesReader(arguments[1]);
        if (_isEquality && right.IsConstant && arguments[0] is BytesVector flat)
        {
            EqualOne(flat, right[0], result);
            return new FixedWidthVector<bool>(SqlType.Boolean, rowCount, values, validity);
        }

        for (int row = 0; row < rowCount; row++)
            result[row] = _isEquality
                ? TComparison.FromOrder(left[row].SequenceEqual(right[row]) ? 0 : 1)
                : TComparison.FromOrder(left[row].SequenceCompareTo(right[row]));
        return new FixedWidthVector<bool>(SqlType.Boolean, rowCount, values, validity);
    }

    // Most texts have another length, which the offsets tell.
    private static void EqualOne(BytesVector texts, ReadOnlySpan<byte> one, Span<bool> result)
    {
        ReadOnlySpan<int> offsets = texts.Offsets;
        ReadOnlySpan<byte> data = texts.Data;
        for (int row = 0; row < result.Length; row++)
        {
            int start = offsets[row];
            bool isEqual = offsets[row + 1] - start == one.Length && (one.IsEmpty || data.Slice(start, one.Length).SequenceEqual(one));
            result[row] = TComparison.FromOrder(isEqual ? 0 : 1);
        }
    }
}

/// <summary>Compares arrays, maps and rows; within them NULLs are equal and the largest.</summary>
internal sealed class NestedComparison<TComparison>(string name, ValueList<SqlType> parameterTypes)
    : VectorFunction(name, parameterTypes, SqlType.Boolean)
    where TComparison : struct, IComparison
{
    private static readonly bool _isEquality = TComparison.FromOrder(-1) == TComparison.FromOrder(1);

    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        NativeBuffer values = context.Memory.Allocate(rowCount);
        Span<bool> result = values.Span<bool>(rowCount);
        NativeBuffer? validity = ValidityBitmap.And(arguments, rowCount, context.Memory);
        for (int row = 0; row < rowCount; row++)
            result[row] = _isEquality
                ? TComparison.FromOrder(RowComparer.Equal(arguments[0], row, arguments[1], row) ? 0 : 1)
                : TComparison.FromOrder(RowComparer.Compare(arguments[0], row, arguments[1], row));
        return new FixedWidthVector<bool>(SqlType.Boolean, rowCount, values, validity);
    }
}
