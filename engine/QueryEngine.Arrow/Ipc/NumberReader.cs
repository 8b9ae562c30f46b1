using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QueryEngine.Arrow.FlatBuffers;
using QueryEngine.Arrow.Schema;
using QueryEngine.Spi;

namespace QueryEngine.Arrow.Ipc;

/// <summary>Reads numbers and times: windows where the wire has our layout, conversions where it has another width or unit.</summary>
internal static class NumberReader
{
    private const long MillisecondsPerDay = 86_400_000;

    /// <summary>The vector, which the caller owns; takes over the bitmap.</summary>
    public static ColumnVector Read(ref BodyReader body, ArrowColumn column, int length, NativeBuffer? validity)
    {
        SqlType type = column.DecodedType;
        var unit = (ArrowTimeUnit)column.Unit;
        switch (column.Kind)
        {
            case ArrowKind.Int:
                return (column.Width, column.IsSigned) switch
                {
                    (8, true) => Window<sbyte>(ref body, type, length, validity),
                    (16, true) => Window<short>(ref body, type, length, validity),
                    (32, true) => Window<int>(ref body, type, length, validity),
                    (64, true) => Window<long>(ref body, type, length, validity),
                    (8, false) => Convert<byte, short>(ref body, type, length, validity, static value => value),
                    (16, false) => Convert<ushort, int>(ref body, type, length, validity, static value => value),
                    (32, false) => Convert<uint, long>(ref body, type, length, validity, static value => value),
                    _ => Convert<ulong, Int128>(ref body, type, length, validity, static value => value),
                };
            case ArrowKind.FloatingPoint:
                return column.Width switch
                {
                    16 => Convert<Half, float>(ref body, type, length, validity, static value => (float)value),
                    32 => Window<float>(ref body, type, length, validity),
                    _ => Window<double>(ref body, type, length, validity),
                };
            case ArrowKind.Decimal:
                return ReadDecimals(ref body, column, length, validity);
            case ArrowKind.Date when column.Unit == 0:
                return Window<int>(ref body, type, length, validity);
            case ArrowKind.Date:
                return Convert<long, int>(ref body, type, length, validity, static value => checked((int)Math.DivRem(value, MillisecondsPerDay, out _)));
            case ArrowKind.Time when column.Width == 32:
                return unit == ArrowTimeUnit.Second
                    ? Convert<int, long>(ref body, type, length, validity, static value => value * 1_000_000L)
                    : Convert<int, long>(ref body, type, length, validity, static value => value * 1000L);
            case ArrowKind.Duration when unit == ArrowTimeUnit.Nanosecond:
                return Convert<long, long>(ref body, type, length, validity, static value => value / 1000);
            case ArrowKind.Time or ArrowKind.Timestamp or ArrowKind.Duration:
                return unit switch
                {
                    ArrowTimeUnit.Second => Convert<long, long>(ref body, type, length, validity, static value => checked(value * 1_000_000)),
                    ArrowTimeUnit.Millisecond => Convert<long, long>(ref body, type, length, validity, static value => checked(value * 1000)),
                    _ => Window<long>(ref body, type, length, validity),
                };
            case ArrowKind.Interval when column.Unit == 0:
                return Window<int>(ref body, type, length, validity);
            case ArrowKind.Interval when column.Unit == MonthDayNano.Unit:
                return Convert<MonthDayNano, Int128>(ref body, type, length, validity, static value => value.ToInterval().Bits);
            default:
                return Convert<DayTime, long>(
                    ref body, type, length, validity, static value => ((value.Days * MillisecondsPerDay) + value.Milliseconds) * 1000);
        }
    }

    private static ColumnVector ReadDecimals(ref BodyReader body, ArrowColumn column, int length, NativeBuffer? validity)
    {
        var type = (DecimalType)column.DecodedType;
        return (column.Width, type.IsShort) switch
        {
            (128, true) => Convert<Int128, long>(ref body, type, length, validity, static value => checked((long)value)),
            (128, false) => Window<Int128>(ref body, type, length, validity),
            (64, true) => Window<long>(ref body, type, length, validity),
            (64, false) => Convert<long, Int128>(ref body, type, length, validity, static value => value),
            (_, true) => Convert<int, long>(ref body, type, length, validity, static value => value),
            _ => Convert<int, Int128>(ref body, type, length, validity, static value => value),
        };
    }

    private static FixedWidthVector<T> Window<T>(ref BodyReader body, SqlType type, int length, NativeBuffer? validity)
        where T : unmanaged => new(type, length, body.NextBuffer<T>(length), validity);

    private static FixedWidthVector<TTarget> Convert<TSource, TTarget>(
        ref BodyReader body, SqlType type, int length, NativeBuffer? validity, Func<TSource, TTarget> convert)
        where TSource : unmanaged
        where TTarget : unmanaged
    {
        ReadOnlySpan<TSource> sources = MemoryMarshal.Cast<byte, TSource>(body.NextSpan((long)length * Unsafe.SizeOf<TSource>()));
        NativeBuffer buffer = body.Memory.Allocate((long)length * Unsafe.SizeOf<TTarget>());
        Span<TTarget> targets = buffer.Span<TTarget>(length);
        Validity valid = validity is null ? default : new Validity(validity.Span<byte>(Validity.BytesFor(length)));
        try
        {
            // The slot of a null row may hold what does not convert.
            for (int row = 0; row < length; row++)
                targets[row] = valid[row] ? convert(sources[row]) : default;
        }
        catch (OverflowException)
        {
            buffer.Dispose();
            throw BodyReader.Broken($"a value does not fit {type}");
        }

        return new FixedWidthVector<TTarget>(type, length, buffer, validity);
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct DayTime(int Days, int Milliseconds);
}
