using System.Buffers;
using System.Globalization;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Cli.Output;

/// <summary>Values of vectors as SQL text. Instants are shown in the session's zone.</summary>
internal sealed class CellText(Func<DateTime, TimeSpan>? utcOffset)
{
    /// <summary>Adds the value of a row, which is not null, as UTF-8.</summary>
    public void Append(ColumnVector vector, int row, IBufferWriter<byte> target)
    {
        (vector, row) = Flat(vector, row);
        switch (vector)
        {
            case BytesVector text when vector.Type.Kind is TypeKind.Varchar or TypeKind.Json:
                target.Write(text[row]);
                break;
            case FixedWidthVector<int> integers when vector.Type.IsInteger:
                AppendNumber(integers.Values[row], target);
                break;
            case FixedWidthVector<long> integers when vector.Type.IsInteger:
                AppendNumber(integers.Values[row], target);
                break;
            default:
                Encoding.UTF8.GetBytes(SqlValueText.Format(vector.Type, vector.GetValue(row)!, utcOffset), target);
                break;
        }
    }

    /// <summary>The value of a row, which is not null.</summary>
    public string Text(ColumnVector vector, int row) => SqlValueText.Format(vector.Type, vector.GetValue(row)!, utcOffset);

    /// <summary>A boxed value, which is not null.</summary>
    public string Text(SqlType type, object value) => SqlValueText.Format(type, value, utcOffset);

    /// <summary>The row behind constants and dictionaries.</summary>
    public static (ColumnVector Vector, int Row) Flat(ColumnVector vector, int row) => vector switch
    {
        ConstantVector constant => (constant.Value, 0),
        DictionaryVector dictionary => (dictionary.Dictionary, dictionary.Indices[row]),
        _ => (vector, row),
    };

    private static void AppendNumber(long value, IBufferWriter<byte> target)
    {
        value.TryFormat(target.GetSpan(20), out int written, provider: CultureInfo.InvariantCulture);
        target.Advance(written);
    }
}
