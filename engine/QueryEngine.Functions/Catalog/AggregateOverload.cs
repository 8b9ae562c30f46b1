using QueryEngine.Functions.Aggregates;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Catalog;

/// <summary>An aggregate function for some argument types. Found by the catalog through its <see cref="AggregateFunctionAttribute"/>.</summary>
internal abstract class AggregateOverload
{
    /// <summary>The signature for people.</summary>
    public abstract string Signature { get; }

    /// <summary>The function for arguments that are exactly of these types, or null when it is not for them.</summary>
    public abstract AggregateFunction? Bind(string name, ValueList<SqlType> types);

    /// <summary>
    /// The types that the arguments are cast to, or null when the function does not take them. Untyped literals arrive as varchar, bare NULLs as unknown.
    /// </summary>
    public abstract ValueList<SqlType>? Resolve(ValueList<SqlType> types);
}
