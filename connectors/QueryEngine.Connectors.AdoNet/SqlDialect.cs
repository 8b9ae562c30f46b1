using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Writes a call through the writer; null when written, else why the source does not compute it as the engine does.</summary>
public delegate string? SqlFunctionRule(SqlExpressionWriter writer, ConnectorCall call);

/// <summary>Writes an aggregate call through the writer; null when written, else why not.</summary>
public delegate string? SqlAggregateRule(SqlExpressionWriter writer, ConnectorAggregate call);

/// <summary>How names are written.</summary>
public interface ISqlIdentifiers
{
    /// <summary>A name in quotes, whatever it holds.</summary>
    string Quote(string name);
}

/// <summary>How values are written: as parameters, or as typed literals that no value can break out of.</summary>
public interface ISqlValues
{
    /// <summary>Writes a boxed value, or NULL; null when written, else why the source cannot be given it.</summary>
    string? Write(SqlText sql, object? value, SqlType type);
}

/// <summary>Values that go to the source as parameters, each a <c>?</c> in the statement.</summary>
/// <param name="whyNot">Why the source cannot be given a value, or null.</param>
public sealed class SqlParameterValues(Func<object, SqlType, string?> whyNot) : ISqlValues
{
    /// <inheritdoc/>
    public string? Write(SqlText sql, object? value, SqlType type)
    {
        if (value is null)
            sql.Add("NULL");
        else if (whyNot(value, type) is { } reason)
            return reason;
        else
            sql.AddParameter("?", value, type);
        return null;
    }
}

/// <summary>
/// What makes one relational source differ from the next: names, values, functions, aggregates, casts. Everything a rule accepts is
/// computed by the source exactly as the engine computes it.
/// </summary>
public abstract class SqlDialect
{
    /// <summary>Names.</summary>
    public abstract ISqlIdentifiers Identifiers { get; }

    /// <summary>Values as they are sent.</summary>
    public abstract ISqlValues Values { get; }

    /// <summary>Values as EXPLAIN shows them.</summary>
    public virtual ISqlValues ShownValues => Values;

    /// <summary>Rules by function name; operators and special forms are common to all sources, see <see cref="SqlExpressionWriter"/>.</summary>
    public abstract IReadOnlyDictionary<string, SqlFunctionRule> Functions { get; }

    /// <summary>Rules by aggregate name.</summary>
    public abstract IReadOnlyDictionary<string, SqlAggregateRule> Aggregates { get; }

    /// <summary>The operator of <c>$is_distinct</c>; empty where there is none.</summary>
    public virtual string DistinctFrom => "IS DISTINCT FROM";

    /// <summary>Whether <see cref="DistinctFrom"/> says that two values are the same, and is negated.</summary>
    public virtual bool IsDistinctFromNegated => false;

    /// <summary>Whether NULL is the least value of every order and ORDER BY cannot say otherwise.</summary>
    public virtual bool SortsNullsLow => false;

    /// <summary>What comes between a query in parentheses and its name.</summary>
    public virtual string Alias => " AS ";

    /// <summary>Whether truth is a value: a condition can be a column and a column a condition.</summary>
    public virtual bool HasTruthValues => true;

    /// <summary>The most values of an IN list.</summary>
    public virtual int MaxListItems => 5_000;

    /// <summary>Writes a table's name.</summary>
    public virtual void WriteTable(SqlText sql, RemoteTable table)
    {
        if (table.IsQuery)
            sql.Add("(").Add(table.Name).Add("\n)").Add(Alias).Add("remote_query"); // the query may end in a comment
        else
            WriteTableName(sql, table);
    }

    /// <summary>Writes the name of a table.</summary>
    protected virtual void WriteTableName(SqlText sql, RemoteTable table) =>
        sql.Add(Identifiers.Quote(table.Schema)).Add(".").Add(Identifiers.Quote(table.Name));

    /// <summary>Writes a column of the table so that it compares as the engine's value does.</summary>
    public virtual void WriteColumn(SqlText sql, SqlColumn column) => sql.Add(Identifiers.Quote(column.Name));

    /// <summary>Writes a column of the table so that it is read.</summary>
    public virtual void WriteReadColumn(SqlText sql, SqlColumn column) => WriteColumn(sql, column);

    /// <summary>
    /// The column as its index has it, where <see cref="WriteColumn"/> writes more: equal values are equal by it too, so that it is compared
    /// beside the other. Null where there is no such thing.
    /// </summary>
    public virtual SqlColumn? IndexedColumn(SqlColumn column) => null;

    /// <summary>Why two values, each of which the source compares as the engine does, are not compared with each other so; null when they are.</summary>
    public virtual string? WhyNotComparable(ConnectorExpression left, ConnectorExpression right, bool ordered)
    {
        (SqlType l, SqlType r) = (left.Type, right.Type);
        if (!BoxedValue.IsOrdered(l))
            return $"{l} is not compared by the source as here";
        bool alike = l == r || (l.Kind == r.Kind && l.Kind is TypeKind.Decimal or TypeKind.Varchar or TypeKind.Char);
        if (alike || (l.IsText && r.IsText && !HasTrailingBlank(left) && !HasTrailingBlank(right) && (left is ConnectorConstant || right is ConnectorConstant)))
            return null;
        return $"{l} is not compared with {r} by the source as here";
    }

    /// <summary>Writes a computed column's expression so that it is read as a value of its type.</summary>
    public virtual void WriteComputed(SqlText sql, SqlType type, string expression) => sql.Add(expression);

    /// <summary>Text as the source orders by code point, when it can be told to; else null.</summary>
    public virtual string? OrderedByCodePoint(string expression) => null;

    /// <summary>
    /// Writes a condition that holds for at least the rows that satisfy the given one; null when written, else why not. Asked where the
    /// condition itself cannot be written.
    /// </summary>
    public virtual string? WriteSuperset(SqlExpressionWriter writer, ConnectorExpression condition) => "there is no wider form";

    /// <summary>The joins that the source does; of FULL only those by equality.</summary>
    public virtual IReadOnlyList<ConnectorJoinKind> Joins { get; } =
        [ConnectorJoinKind.Inner, ConnectorJoinKind.Left, ConnectorJoinKind.Semi, ConnectorJoinKind.Anti];

    /// <summary>The functions of windows that the source computes as the engine does, out of those that <see cref="SqlWindows"/> writes.</summary>
    public virtual IReadOnlySet<string> Windows => System.Collections.Frozen.FrozenSet<string>.Empty;

    /// <summary>Whether the rows of several queries are one query with UNION ALL, however many.</summary>
    public virtual bool TakesUnions => false;

    /// <summary>How a text written as a constant compares with others in the source.</summary>
    public virtual SqlComparison ConstantComparison => SqlComparison.None;

    /// <summary>Whether a join in which NULLs are equal is no slower than another.</summary>
    public virtual bool JoinsNullSafely => true;

    /// <summary>Why two queries are not joined, before their conditions are looked at; null where they are.</summary>
    public virtual string? WhyNotJoined(PushJoin join) => Joins.Contains(join.JoinKind) ? null : $"the source has no {join.JoinKind} join";

    /// <summary>Writes a condition of a join, whose columns are those of <see cref="SqlJoin.Outputs"/>; null when written, else why not.</summary>
    public virtual string? WriteJoinCondition(SqlExpressionWriter writer, ConnectorExpression conjunct) => writer.Write(conjunct);

    /// <summary>
    /// The name of a column of an inner query. <paramref name="path"/> tells the query from all others of the statement: where a name means an
    /// expression everywhere in a statement, each must be of its own.
    /// </summary>
    public virtual string InnerName(int place, string path) => $"c{place}";

    /// <summary>Whether <c>x IN (...)</c> is NULL where x or, with none of the others matching, one of the values is.</summary>
    public virtual bool HasNullsInLists => true;

    /// <summary>Whether values of a type are looked for in lists; asked where <see cref="HasNullsInLists"/> does not hold.</summary>
    public virtual bool HasListsOf(SqlType type) => true;

    /// <summary>Whether AND and OR are NULL just where they are here. Else they are sent only where NULL means the same as false.</summary>
    public virtual bool HasThreeValuedLogic => true;

    /// <summary>Whether a column of a table may be NULL; asked where <see cref="HasNullsInLists"/> does not hold.</summary>
    public virtual bool MayBeNull(SqlColumn column) => true;

    /// <summary>Why rows are not limited at the source; null where they are.</summary>
    public virtual string? WhyNoLimit => null;

    /// <summary>Writes the word that begins a query, with its limit where that is the place for it.</summary>
    public virtual void WriteSelect(SqlText sql, long? limit) => sql.Add("SELECT ");

    /// <summary>Writes the constant of a query whose columns do not matter.</summary>
    public virtual void WriteNoColumn(SqlText sql) => sql.Add("1");

    /// <summary>Writes the count of all rows of a query.</summary>
    public virtual string CountRows => "count(*)";

    /// <summary>Writes the clause that cuts the result.</summary>
    public virtual void WriteLimit(SqlText sql, long count) =>
        sql.Add(" LIMIT ").Add(count.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Writes a key of ORDER BY, after its expression.</summary>
    public virtual void WriteDirection(SqlText sql, ConnectorSortKey key) =>
        sql.Add(key.Descending ? " DESC" : " ASC").Add(key.NullsFirst ? " NULLS FIRST" : " NULLS LAST");

    // char(n) ignores trailing blanks and varchar does not: what to do with them depends on which of the two the other side is.
    private static bool HasTrailingBlank(ConnectorExpression expression) =>
        expression is ConnectorConstant { Value: string value } && value.EndsWith(' ');
}

/// <summary>Names in double quotes, as in the standard.</summary>
public sealed class StandardIdentifiers : ISqlIdentifiers
{
    public static readonly StandardIdentifiers Instance = new();

    /// <inheritdoc/>
    public string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
