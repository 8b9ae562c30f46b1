using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats;

/// <summary>A column of a file.</summary>
public sealed record FormatColumn(string Name, SqlType Type);
