using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>A value bound to a parameter: boxed (see <see cref="SqlType"/>), never null.</summary>
public sealed record SqlParameterValue(object Value, SqlType Type);

/// <summary>SQL being written, with the values of its parameters in order.</summary>
public sealed class SqlText
{
    private readonly StringBuilder _text = new();
    private readonly List<SqlParameterValue> _parameters = [];

    /// <summary>The values of the parameters, in order of their places.</summary>
    public IReadOnlyList<SqlParameterValue> Parameters => _parameters;

    /// <summary>How much is written, for <see cref="CutTo"/>.</summary>
    public (int Text, int Parameters) Length => (_text.Length, _parameters.Count);

    /// <summary>Writes SQL.</summary>
    public SqlText Add(string sql)
    {
        _text.Append(sql);
        return this;
    }

    /// <summary>Writes a parameter's mark and keeps its value.</summary>
    public SqlText AddParameter(string mark, object value, SqlType type)
    {
        _text.Append(mark);
        _parameters.Add(new SqlParameterValue(value, type));
        return this;
    }

    /// <summary>Takes back what was written after that length.</summary>
    public void CutTo((int Text, int Parameters) length)
    {
        _text.Length = length.Text;
        _parameters.RemoveRange(length.Parameters, _parameters.Count - length.Parameters);
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
