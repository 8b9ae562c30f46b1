using QueryEngine.Columnar;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Evaluation;

/// <summary>Reads boolean vectors of any encoding.</summary>
internal static class Booleans
{
    public const byte False = 0;
    public const byte True = 1;
    public const byte Null = 2;

    /// <summary>Writes false, true or null as one byte a row.</summary>
    public static void Read(ColumnVector vector, Span<byte> states)
    {
        if (vector is ConstantVector constant)
        {
            states.Fill(constant.IsNullConstant ? Null : ((FixedWidthVector<bool>)constant.Value).Values[0] ? True : False);
            return;
        }

        using ColumnVector flat = Gather.Flatten(vector, MemoryContext.Unlimited);
        ReadOnlySpan<bool> values = ((FixedWidthVector<bool>)flat).Values;
        Validity validity = flat.Validity;
        if (validity.AllValid)
        {
            for (int row = 0; row < values.Length; row++)
                states[row] = values[row] ? True : False;
            return;
        }

        for (int row = 0; row < values.Length; row++)
            states[row] = !validity[row] ? Null : values[row] ? True : False;
    }

    /// <summary>
    /// Writes the entries of <paramref name="rows"/> whose condition is true to <paramref name="result"/>, which may be the same memory; returns how many.
    /// Row n of the condition belongs to entry n.
    /// </summary>
    public static int TrueRows(ColumnVector condition, ReadOnlySpan<int> rows, Span<int> result)
    {
        if (condition is ConstantVector constant)
        {
            if (constant.IsNullConstant || !((FixedWidthVector<bool>)constant.Value).Values[0])
                return 0;
            rows.CopyTo(result);
            return rows.Length;
        }

        using ColumnVector flat = Gather.Flatten(condition, MemoryContext.Unlimited);
        ReadOnlySpan<bool> values = ((FixedWidthVector<bool>)flat).Values[..rows.Length];
        Validity validity = flat.Validity;
        int count = 0;
        if (validity.AllValid)
        {
            for (int row = 0; row < values.Length; row++)
            {
                result[count] = rows[row];
                count += values[row] ? 1 : 0;
            }

            return count;
        }

        for (int row = 0; row < values.Length; row++)
        {
            result[count] = rows[row];
            count += values[row] && validity[row] ? 1 : 0;
        }

        return count;
    }

    /// <summary>A boolean vector of states. The caller owns it.</summary>
    public static ColumnVector Build(ReadOnlySpan<byte> states, MemoryContext memory)
    {
        NativeBuffer values = memory.Allocate(states.Length);
        Span<bool> target = values.Span<bool>(states.Length);
        bool hasNull = states.Contains(Null);
        for (int row = 0; row < states.Length; row++)
            target[row] = states[row] == True;
        NativeBuffer? validity = null;
        if (hasNull)
        {
            validity = memory.AllocateCleared(Validity.BytesFor(states.Length));
            Span<byte> bits = validity.Span<byte>(Validity.BytesFor(states.Length));
            for (int row = 0; row < states.Length; row++)
                if (states[row] != Null)
                    bits[row >> 3] |= (byte)(1 << (row & 7));
        }

        return new FixedWidthVector<bool>(SqlType.Boolean, states.Length, values, validity);
    }
}
