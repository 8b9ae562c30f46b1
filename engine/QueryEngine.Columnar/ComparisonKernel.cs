using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace QueryEngine.Columnar;

/// <summary>One of the six comparisons.</summary>
public interface IComparison
{
    /// <summary>Compares two values; not for NaN.</summary>
    static abstract bool Invoke<T>(T left, T right)
        where T : IComparisonOperators<T, T, bool>;

    /// <summary>Compares lane by lane: all ones where true.</summary>
    static abstract Vector256<T> Invoke<T>(Vector256<T> left, Vector256<T> right);

    /// <summary>What an order less than, equal to or greater than zero means.</summary>
    static abstract bool FromOrder(int order);
}

/// <summary>Compares spans of numbers. Results are one boolean a row; slots of null rows hold anything.</summary>
public static class ComparisonKernel
{
    /// <summary>
    /// Compares <paramref name="left"/> row by row with <paramref name="right"/>, which has as many values, or one for all rows. NaN equals itself
    /// and is the largest number.
    /// </summary>
    public static void Compare<T, TComparison>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<bool> result)
        where T : unmanaged, IComparisonOperators<T, T, bool>, INumberBase<T>
        where TComparison : struct, IComparison
    {
        if ((typeof(T) == typeof(double) || typeof(T) == typeof(float)) && (HasNaN(left[..result.Length]) || HasNaN(right)))
        {
            for (int at = 0; at < result.Length; at++)
                result[at] = TComparison.FromOrder(OrderWithNaN(left[at], right[right.Length == 1 ? 0 : at]));
            return;
        }

        int row = 0;
        if (Vector256.IsHardwareAccelerated && Vector256<T>.IsSupported && Unsafe.SizeOf<T>() is 4 or 8)
            row = CompareVectors<T, TComparison>(left, right, result);
        if (right.Length == 1)
        {
            T constant = right[0];
            for (; row < result.Length; row++)
                result[row] = TComparison.Invoke(left[row], constant);
        }
        else
        {
            for (; row < result.Length; row++)
                result[row] = TComparison.Invoke(left[row], right[row]);
        }
    }

    /// <summary>Less than, equal to or greater than zero; NaN equals itself and is the largest.</summary>
    public static int OrderWithNaN<T>(T left, T right)
        where T : IComparisonOperators<T, T, bool>, INumberBase<T> => (T.IsNaN(left), T.IsNaN(right)) switch
        {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => -1,
            _ => left < right ? -1 : left > right ? 1 : 0,
        };

    // Eight rows at a time: the lanes' signs are eight bits, which are spread to eight bytes of 0 or 1.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int CompareVectors<T, TComparison>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<bool> result)
        where T : unmanaged
        where TComparison : struct, IComparison
    {
        bool isConstant = right.Length == 1;
        int end = result.Length & ~7;
        if (end == 0)
            return 0;

        // The lengths are asserted here once, so that the loads below stay inside.
        ref T l = ref MemoryMarshal.GetReference(left[..end]);
        ref T r = ref MemoryMarshal.GetReference(isConstant ? right : right[..end]);
        ref byte target = ref Unsafe.As<bool, byte>(ref MemoryMarshal.GetReference(result));
        Vector256<T> constant = Vector256.Create(r);
        for (int row = 0; row < end; row += 8)
        {
            Vector256<T> other = isConstant ? constant : Vector256.LoadUnsafe(ref r, (nuint)row);
            uint bits = TComparison.Invoke(Vector256.LoadUnsafe(ref l, (nuint)row), other).ExtractMostSignificantBits();
            if (Unsafe.SizeOf<T>() == 8)
            {
                other = isConstant ? constant : Vector256.LoadUnsafe(ref r, (nuint)row + 4);
                bits |= TComparison.Invoke(Vector256.LoadUnsafe(ref l, (nuint)row + 4), other).ExtractMostSignificantBits() << 4;
            }

            Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, row), ValidityBitmap.Spread((int)bits));
        }

        return end;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool HasNaN<T>(ReadOnlySpan<T> values)
        where T : unmanaged, INumberBase<T>
    {
        int row = 0;
        if (Vector256.IsHardwareAccelerated && Vector256<T>.IsSupported)
        {
            Vector256<T> equal = Vector256<T>.AllBitsSet;
            for (; row <= values.Length - Vector256<T>.Count; row += Vector256<T>.Count)
            {
                Vector256<T> value = Vector256.Create(values[row..]);
                equal &= Vector256.Equals(value, value);
            }

            if (equal.ExtractMostSignificantBits() != Vector256<T>.AllBitsSet.ExtractMostSignificantBits())
                return true;
        }

        for (; row < values.Length; row++)
            if (T.IsNaN(values[row]))
                return true;
        return false;
    }
}

/// <summary>=</summary>
public readonly struct EqualComparison : IComparison
{
    public static bool Invoke<T>(T left, T right)
        where T : IComparisonOperators<T, T, bool> => left == right;

    public static Vector256<T> Invoke<T>(Vector256<T> left, Vector256<T> right) => Vector256.Equals(left, right);

    public static bool FromOrder(int order) => order == 0;
}

/// <summary>Not equal.</summary>
public readonly struct NotEqualComparison : IComparison
{
    public static bool Invoke<T>(T left, T right)
        where T : IComparisonOperators<T, T, bool> => left != right;

    public static Vector256<T> Invoke<T>(Vector256<T> left, Vector256<T> right) => ~Vector256.Equals(left, right);

    public static bool FromOrder(int order) => order != 0;
}

/// <summary>Less than.</summary>
public readonly struct LessComparison : IComparison
{
    public static bool Invoke<T>(T left, T right)
        where T : IComparisonOperators<T, T, bool> => left < right;

    public static Vector256<T> Invoke<T>(Vector256<T> left, Vector256<T> right) => Vector256.LessThan(left, right);

    public static bool FromOrder(int order) => order < 0;
}

/// <summary>Less than or equal.</summary>
public readonly struct LessOrEqualComparison : IComparison
{
    public static bool Invoke<T>(T left, T right)
        where T : IComparisonOperators<T, T, bool> => left <= right;

    public static Vector256<T> Invoke<T>(Vector256<T> left, Vector256<T> right) => Vector256.LessThanOrEqual(left, right);

    public static bool FromOrder(int order) => order <= 0;
}

/// <summary>Greater than.</summary>
public readonly struct GreaterComparison : IComparison
{
    public static bool Invoke<T>(T left, T right)
        where T : IComparisonOperators<T, T, bool> => left > right;

    public static Vector256<T> Invoke<T>(Vector256<T> left, Vector256<T> right) => Vector256.GreaterThan(left, right);

    public static bool FromOrder(int order) => order > 0;
}

/// <summary>Greater than or equal.</summary>
public readonly struct GreaterOrEqualComparison : IComparison
{
    public static bool Invoke<T>(T left, T right)
        where T : IComparisonOperators<T, T, bool> => left >= right;

    public static Vector256<T> Invoke<T>(Vector256<T> left, Vector256<T> right) => Vector256.GreaterThanOrEqual(left, right);

    public static bool FromOrder(int order) => order >= 0;
}
