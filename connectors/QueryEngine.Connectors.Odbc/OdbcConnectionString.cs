using System.Text;

namespace QueryEngine.Connectors.Odbc;

/// <summary>Writes connection strings of ODBC.</summary>
internal sealed class OdbcConnectionString
{
    private readonly StringBuilder _text = new();

    /// <summary>Adds a part; a value of null adds nothing.</summary>
    public OdbcConnectionString Add(string name, string? value)
    {
        if (value is null)
            return this;
        bool isPlain = value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or ':');
        _text.Append(name).Append('=').Append(isPlain ? value : $"{{{value.Replace("}", "}}", StringComparison.Ordinal)}}}").Append(';');
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
