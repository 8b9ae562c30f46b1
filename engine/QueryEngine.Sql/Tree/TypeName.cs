namespace QueryEngine.Sql.Tree;

/// <summary>A type as written.</summary>
public abstract record TypeName : SyntaxNode;

/// <summary>
/// A type known by its name, such as <c>decimal(10, 2)</c>. Names of several words come as one identifier:
/// <c>timestamp with time zone</c>, <c>time with time zone</c>, <c>bit varying</c>; the standard's long forms come as
/// <c>double</c>, <c>varchar</c>, <c>char</c> and <c>varbinary</c>.
/// </summary>
public sealed record NamedType(QualifiedName Name, ImmutableArray<int> Parameters) : TypeName
{
    /// <summary>Type arguments of a parametric type, such as <c>qdigest(bigint)</c>.</summary>
    public ImmutableArray<TypeName> TypeArguments { get; init; } = [];
}

/// <summary><c>array(element)</c>, <c>element[]</c></summary>
public sealed record ArrayType(TypeName Element) : TypeName;

/// <summary><c>map(key, value)</c></summary>
public sealed record MapType(TypeName Key, TypeName Value) : TypeName;

/// <summary>A field of a row type; its name is optional.</summary>
public sealed record RowTypeField(Identifier? Name, TypeName Type) : SyntaxNode;

/// <summary><c>row(name type, ...)</c></summary>
public sealed record RowType(ImmutableArray<RowTypeField> Fields) : TypeName;

/// <summary><c>interval day to second</c>, <c>interval year to month</c>, <c>interval</c></summary>
public sealed record IntervalType(IntervalField? Start, IntervalField? End) : TypeName;
