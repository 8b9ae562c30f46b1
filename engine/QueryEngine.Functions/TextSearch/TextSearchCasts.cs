using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.TextSearch;

/// <summary>Text to a document in its own form.</summary>
internal readonly struct VectorParser : ITextConversion
{
    public static bool TryConvert(ReadOnlySpan<byte> text, TextOutput output) =>
        TextSearchText.TryWrite(output, static text => TsVector.Parse(text).ToString(), text);
}

/// <summary>Text to a query in its own form.</summary>
internal readonly struct QueryParser : ITextConversion
{
    public static bool TryConvert(ReadOnlySpan<byte> text, TextOutput output) =>
        TextSearchText.TryWrite(output, static text => TsQueryParser.Parse(text)?.ToString() ?? "", text);
}

/// <summary>Reads texts that may be wrong.</summary>
internal static class TextSearchText
{
    /// <summary>Writes what a text is read as; false when it cannot be read.</summary>
    public static bool TryWrite(TextOutput output, Func<string, string> read, ReadOnlySpan<byte> text)
    {
        try
        {
            output.Write(read(System.Text.Encoding.UTF8.GetString(text)));
            return true;
        }
        catch (QueryException error) when (error.Code == ErrorCode.SyntaxError)
        {
            return false;
        }
    }
}
