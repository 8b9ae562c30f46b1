using System.Reflection;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Wire.Tests.Codec;

/// <summary>Makes random records of plans, whatever members they have.</summary>
internal sealed class RandomRecords(int seed)
{
    private static readonly Type[] _records =
    [
        .. typeof(PlanNode).Assembly.GetTypes().Concat(typeof(SqlType).Assembly.GetTypes())
            .Where(type => type is { IsPublic: true, IsAbstract: false } && type.GetMethod("<Clone>$") is not null)
            .Where(type => !type.IsAssignableTo(typeof(Split)) || type == typeof(WholeTableSplit)),
        typeof(TestTable),
        typeof(TestColumn),
        typeof(TestWrite),
    ];

    private static readonly (SqlType Type, object? Value)[] _values =
    [
        (SqlType.Boolean, true),
        (SqlType.TinyInt, (sbyte)-3),
        (SqlType.SmallInt, (short)300),
        (SqlType.Integer, int.MinValue),
        (SqlType.BigInt, long.MaxValue),
        (SqlType.Real, 1.5f),
        (SqlType.Double, double.NaN),
        (SqlType.Decimal(38, 4), Int128.MaxValue),
        (SqlType.Uuid, UInt128.MaxValue),
        (SqlType.VarcharOf(12), "grüße 🌍"),
        (SqlType.Varbinary, ValueList.Create<byte>([0, 255])),
        (SqlType.Array(SqlType.Integer), new object?[] { 1, null }.ToValueList()),
        (SqlType.Map(SqlType.Integer, SqlType.Varchar), new KeyValuePair<object, object?>[] { new(1, null) }.ToValueList()),
        (SqlType.Row(new RowField("a \"b\"", SqlType.Date), new RowField(null, SqlType.TimeOf(3))), new object?[] { 5, null }.ToValueList()),
        (SqlType.TimestampWithTimeZoneOf(9), null),
    ];

    private readonly Random _random = new(seed);

    /// <summary>A value of a declared type; records below <paramref name="depth"/> 0 have no optional parts.</summary>
    public object? Make(Type declared, int depth)
    {
        if (Nullable.GetUnderlyingType(declared) is { } underlying)
            return _random.Next(2) == 0 ? null : Make(underlying, depth);
        if (declared == typeof(SqlType))
            return _values[_random.Next(_values.Length)].Type;
        if (declared == typeof(object))
            return _values[_random.Next(_values.Length)].Value;
        if (declared == typeof(string))
            return $"name {_random.Next(5)}";
        if (declared == typeof(int))
            return _random.Next(-1000, 1000);
        if (declared == typeof(long))
            return _random.NextInt64(long.MinValue, long.MaxValue);
        if (declared == typeof(double))
            return _random.NextDouble();
        if (declared == typeof(bool))
            return _random.Next(2) == 0;
        if (declared.IsEnum)
            return Enum.GetValues(declared).GetValue(_random.Next(Enum.GetValues(declared).Length));
        if (declared.IsGenericType && declared.GetGenericTypeDefinition() == typeof(ValueList<>))
            return MakeList(declared.GenericTypeArguments[0], depth);
        return MakeRecord(declared, depth);
    }

    private object MakeList(Type item, int depth)
    {
        var items = Array.CreateInstance(item, depth <= 0 ? 0 : _random.Next(4));
        for (int index = 0; index < items.Length; index++)
            items.SetValue(Make(item, depth - 1), index);
        return typeof(ValueList).GetMethod(nameof(ValueList.ToValueList))!.MakeGenericMethod(item).Invoke(null, [items])!;
    }

    private object MakeRecord(Type declared, int depth)
    {
        Type[] candidates = [.. _records.Where(type => type.IsAssignableTo(declared) && (depth > 0 || IsLeaf(type)))];
        Type type = declared.IsValueType ? declared : candidates[_random.Next(candidates.Length)];
        ConstructorInfo constructor = type.GetConstructors().OrderByDescending(candidate => candidate.GetParameters().Length)
            .First(candidate => candidate.GetParameters() is not [var only] || only.ParameterType != type);
        object record = constructor.Invoke([.. constructor.GetParameters().Select(parameter => Make(parameter.ParameterType, depth - 1))]);
        foreach (PropertyInfo property in type.GetProperties())
        {
            bool isOptional = property.SetMethod is { IsPublic: true } && property.DeclaringType == type
                && constructor.GetParameters().All(parameter => parameter.Name != property.Name);
            if (isOptional && depth > 0)
                property.SetValue(record, Make(property.PropertyType, depth - 1));
        }

        return record;
    }

    private static bool IsLeaf(Type type) =>
        !type.IsAssignableTo(typeof(PlanNode)) && !type.IsAssignableTo(typeof(Expression)) && !type.IsAssignableTo(typeof(ConnectorExpression))
        || type == typeof(ValuesNode) || type == typeof(ConstantExpression) || type == typeof(ConnectorConstant);
}

/// <summary>A connector's handle with members of every allowed kind.</summary>
public sealed record TestTable(
    SchemaTableName Name, TupleDomain Domain, ValueList<ConnectorExpression> Filters, ValueList<ColumnHandle> Columns, long? Limit, string? Text) : TableHandle
{
    public ValueList<ConnectorSortKey> Order { get; init; }
}

/// <summary>A connector's own column.</summary>
public sealed record TestColumn(string Name, SqlType Type, int Ordinal) : ColumnHandle(Name, Type);

/// <summary>A connector's split, with members of its base.</summary>
public sealed record TestSplit(Int128 From, UInt128 To, TestTable? Table) : Split;

/// <summary>A write of a connector.</summary>
public sealed record TestWrite(string Path) : WriteHandle;

/// <summary>A record that nobody declared.</summary>
public sealed record UndeclaredTable : TableHandle;
