using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Statistics;

/// <summary>Boxed values as numbers, so that shares of ranges can be computed.</summary>
internal static class NumericBound
{
    /// <summary>The number, or null for types without one.</summary>
    public static double? Of(object? value, SqlType type) => value switch
    {
        null => null,
        sbyte number => number,
        short number => number,
        int number => number,
        long number when type is DecimalType { Scale: var scale } => number / Math.Pow(10, scale),
        long number => number,
        BigNumber { IsFinite: true } number => number.ToDouble(),
        Int128 number when type is DecimalType { Scale: var scale } => (double)number / Math.Pow(10, scale),
        float number when float.IsFinite(number) => number,
        double number when double.IsFinite(number) => number,
        _ => null,
    };
}
