using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace QueryEngine.Columnar;

/// <summary>An operation that wraps or overflows silently and tells so once for a whole span.</summary>
public interface IArithmetic<T>
    where T : unmanaged
{
    /// <summary>Whether <see cref="Invoke(Vector{T}, Vector{T}, ref Vector{T})"/> exists.</summary>
    static abstract bool HasVectors { get; }

    /// <summary>The result; <paramref name="failed"/> gets its sign bit set when it does not fit.</summary>
    static abstract T Invoke(T left, T right, ref T failed);

    /// <summary>The same lane by lane.</summary>
    static abstract Vector<T> Invoke(Vector<T> left, Vector<T> right, ref Vector<T> failed);
}

/// <summary>Arithmetic over spans. Tests for overflow once a span; the caller finds the row, and whether it is null, only when something failed.</summary>
public static class ArithmeticKernel
{
    /// <summary>
    /// Writes the result of each row. Either side has one value a row, or one for all rows. False when some row, null or not, overflowed.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Compute<T, TOperation>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where T : unmanaged, INumberBase<T>
        where TOperation : struct, IArithmetic<T>
    {
        T failed = default;
        int row = 0;
        bool leftConstant = left.Length == 1, rightConstant = right.Length == 1;
        if (Vector.IsHardwareAccelerated && TOperation.HasVectors && result.Length >= Vector<T>.Count)
        {
            ref T l = ref MemoryMarshal.GetReference(leftConstant ? left : left[..result.Length]);
            ref T r = ref MemoryMarshal.GetReference(rightConstant ? right : right[..result.Length]);
            ref T target = ref MemoryMarshal.GetReference(result);
            var wrapped = Vector<T>.Zero;
            var leftValue = new Vector<T>(l);
            var rightValue = new Vector<T>(r);
            for (; row <= result.Length - Vector<T>.Count; row += Vector<T>.Count)
            {
                // Inside: row + Count <= result.Length, and the operands are as long.
                Vector<T> lv = leftConstant ? leftValue : Vector.LoadUnsafe(ref l, (nuint)row);
                Vector<T> rv = rightConstant ? rightValue : Vector.LoadUnsafe(ref r, (nuint)row);
                TOperation.Invoke(lv, rv, ref wrapped).StoreUnsafe(ref target, (nuint)row);
            }

            for (int lane = 0; lane < Vector<T>.Count; lane++)
                failed = T.IsNegative(wrapped[lane]) ? wrapped[lane] : failed;
        }

        if (rightConstant && !leftConstant)
        {
            T constant = right[0];
            left = left[..result.Length];
            for (; row < result.Length; row++)
                result[row] = TOperation.Invoke(left[row], constant, ref failed);
        }
        else if (leftConstant)
        {
            T constant = left[0];
            for (; row < result.Length; row++)
                result[row] = TOperation.Invoke(constant, right[rightConstant ? 0 : row], ref failed);
        }
        else
        {
            left = left[..result.Length];
            right = right[..result.Length];
            for (; row < result.Length; row++)
                result[row] = TOperation.Invoke(left[row], right[row], ref failed);
        }

        return !T.IsNegative(failed);
    }
}

/// <summary>Whole number addition.</summary>
internal readonly struct AddIntegers<T> : IArithmetic<T>
    where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>
{
    public static bool HasVectors => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke(T left, T right, ref T failed)
    {
        T sum = unchecked(left + right);
        failed |= (left ^ sum) & (right ^ sum); // the sign bit is set iff both operands differ in sign from the sum
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Invoke(Vector<T> left, Vector<T> right, ref Vector<T> failed)
    {
        Vector<T> sum = left + right;
        failed |= (left ^ sum) & (right ^ sum);
        return sum;
    }
}

/// <summary>Whole number subtraction.</summary>
internal readonly struct SubtractIntegers<T> : IArithmetic<T>
    where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>
{
    public static bool HasVectors => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke(T left, T right, ref T failed)
    {
        T difference = unchecked(left - right);
        failed |= (left ^ right) & (left ^ difference);
        return difference;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Invoke(Vector<T> left, Vector<T> right, ref Vector<T> failed)
    {
        Vector<T> difference = left - right;
        failed |= (left ^ right) & (left ^ difference);
        return difference;
    }
}

/// <summary>Whole number multiplication.</summary>
internal readonly struct MultiplyIntegers<T> : IArithmetic<T>
    where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>
{
    public static bool HasVectors => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke(T left, T right, ref T failed)
    {
        if (typeof(T) == typeof(long))
        {
            long high = Math.BigMul((long)(object)left, (long)(object)right, out long low);
            if (high != low >> 63)
                failed = T.NegativeOne;
            return (T)(object)low;
        }

        long product = long.CreateTruncating(left) * long.CreateTruncating(right);
        T narrow = T.CreateTruncating(product);
        if (long.CreateTruncating(narrow) != product)
            failed = T.NegativeOne;
        return narrow;
    }

    public static Vector<T> Invoke(Vector<T> left, Vector<T> right, ref Vector<T> failed) => left * right;
}

/// <summary>Addition of numbers that cannot overflow: short decimals whose sum is a short decimal.</summary>
public readonly struct AddUnchecked : IArithmetic<long>
{
    public static bool HasVectors => true;

    public static long Invoke(long left, long right, ref long failed) => unchecked(left + right);

    public static Vector<long> Invoke(Vector<long> left, Vector<long> right, ref Vector<long> failed) => left + right;
}

/// <summary>Subtraction of numbers that cannot overflow.</summary>
public readonly struct SubtractUnchecked : IArithmetic<long>
{
    public static bool HasVectors => true;

    public static long Invoke(long left, long right, ref long failed) => unchecked(left - right);

    public static Vector<long> Invoke(Vector<long> left, Vector<long> right, ref Vector<long> failed) => left - right;
}

/// <summary>Multiplication of numbers that cannot overflow.</summary>
public readonly struct MultiplyUnchecked : IArithmetic<long>
{
    public static bool HasVectors => Vector.IsHardwareAccelerated && System.Runtime.Intrinsics.X86.Avx512DQ.IsSupported;

    public static long Invoke(long left, long right, ref long failed) => unchecked(left * right);

    public static Vector<long> Invoke(Vector<long> left, Vector<long> right, ref Vector<long> failed) => left * right;
}

/// <summary>Addition of doubles or reals; infinite results of finite operands fail.</summary>
internal readonly struct AddFloats<T> : IArithmetic<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool HasVectors => true;

    public static T Invoke(T left, T right, ref T failed) => Floats.Check(left + right, ref failed);

    public static Vector<T> Invoke(Vector<T> left, Vector<T> right, ref Vector<T> failed) => Floats.Check(left + right, ref failed);
}

/// <summary>Subtraction of doubles or reals.</summary>
internal readonly struct SubtractFloats<T> : IArithmetic<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool HasVectors => true;

    public static T Invoke(T left, T right, ref T failed) => Floats.Check(left - right, ref failed);

    public static Vector<T> Invoke(Vector<T> left, Vector<T> right, ref Vector<T> failed) => Floats.Check(left - right, ref failed);
}

/// <summary>Multiplication of doubles or reals.</summary>
internal readonly struct MultiplyFloats<T> : IArithmetic<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool HasVectors => true;

    public static T Invoke(T left, T right, ref T failed) => Floats.Check(left * right, ref failed);

    public static Vector<T> Invoke(Vector<T> left, Vector<T> right, ref Vector<T> failed) => Floats.Check(left * right, ref failed);
}

/// <summary>Finds results that are not finite; the caller looks at the operands again.</summary>
internal static class Floats
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Check<T>(T result, ref T failed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!T.IsFinite(result))
            failed = T.NegativeOne;
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Check<T>(Vector<T> result, ref Vector<T> failed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // x - x is 0 for finite x and NaN else; what is not equal to itself becomes -1.
        Vector<T> zero = result - result;
        failed = Vector.ConditionalSelect(Vector.Equals(zero, zero), failed, new Vector<T>(T.NegativeOne));
        return result;
    }
}
