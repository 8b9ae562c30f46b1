using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Arrow.Ipc;

/// <summary>Numbers of any size as text, and back: Arrow has no type for them.</summary>
internal static class NumberText
{
    /// <summary>The text of numbers; nulls stay.</summary>
    public static BytesVector Format(BytesVector numbers, MemoryContext memory)
    {
        using var builder = new BytesBuilder(SqlType.Varchar, memory, numbers.Length);
        for (int row = 0; row < numbers.Length; row++)
        {
            if (numbers.IsNull(row))
                builder.AppendNull();
            else
                builder.Append(BigNumberBytes.Read(numbers[row]).ToString().AsSpan());
        }

        return (BytesVector)builder.Build();
    }

    /// <summary>The numbers of text; nulls stay.</summary>
    public static BytesVector Parse(BytesVector text, string column, MemoryContext memory)
    {
        using var builder = new BytesBuilder(SqlType.Number, memory, text.Length);
        for (int row = 0; row < text.Length; row++)
        {
            if (text.IsNull(row))
                builder.AppendNull();
            else if (BigNumberText.TryParse(Encoding.UTF8.GetString(text[row]), out BigNumber number, out _))
                builder.Append(BigNumberBytes.Write(number));
            else
                throw BodyReader.Broken($"column '{column}' has text that is no number");
        }

        return (BytesVector)builder.Build();
    }
}
