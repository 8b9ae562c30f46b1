using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace QueryEngine.Client;

/// <summary>A value of a command: by name (<c>@name</c>, <c>:name</c>) or by place (<c>?</c>, <c>$1</c>). Its SQL type follows from the value unless <see cref="DbType"/> is set.</summary>
public sealed class QueryEngineParameter : DbParameter
{
    private DbType? _dbType;

    /// <summary>A parameter without a name or value.</summary>
    public QueryEngineParameter()
    {
    }

    /// <summary>A named parameter.</summary>
    public QueryEngineParameter(string? parameterName, object? value) => (ParameterName, Value) = (parameterName, value);

    /// <summary>The type to send; without it the value decides.</summary>
    public override DbType DbType
    {
        get => _dbType ?? Values.ParameterValue.DbTypeOf(Value);
        set => _dbType = value;
    }

    /// <summary>Values only go in.</summary>
    public override ParameterDirection Direction
    {
        get => ParameterDirection.Input;
        set
        {
            if (value != ParameterDirection.Input)
                throw new NotSupportedException($"parameters of direction {value} are not supported");
        }
    }

    /// <inheritdoc/>
    public override bool IsNullable { get; set; } = true;

    /// <summary>The name, with or without its <c>@</c>, <c>:</c> or <c>$</c>.</summary>
    [AllowNull]
    public override string ParameterName { get; set => field = value ?? string.Empty; } = string.Empty;

    /// <inheritdoc/>
    public override int Size { get; set; }

    /// <inheritdoc/>
    [AllowNull]
    public override string SourceColumn { get; set => field = value ?? string.Empty; } = string.Empty;

    /// <inheritdoc/>
    public override bool SourceColumnNullMapping { get; set; }

    /// <inheritdoc/>
    public override object? Value { get; set; }

    /// <inheritdoc/>
    public override byte Precision { get; set; }

    /// <inheritdoc/>
    public override byte Scale { get; set; }

    /// <summary>The name without its mark.</summary>
    internal string BareName => ParameterName.TrimStart('@', ':', '$');

    /// <summary>The type that was set.</summary>
    internal DbType? ExplicitType => _dbType;

    /// <inheritdoc/>
    public override void ResetDbType() => _dbType = null;
}
