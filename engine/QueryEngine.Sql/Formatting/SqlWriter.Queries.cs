using System.Diagnostics;
using QueryEngine.Sql.Parsing;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Formatting;

/// <content>Queries and relations.</content>
internal sealed partial class SqlWriter
{
    private void WriteQuery(Query query)
    {
        if (query.With is not null)
            Node(query.With).Text(" ");
        Node(query.Body).OptionalList(" ORDER BY ", query.OrderBy);
        if (query.Offset is not null)
            Text(" OFFSET ").Node(query.Offset, Power.Comparison);
        Optional(" ", query.Limit);
    }

    private void WriteLimit(LimitClause limit)
    {
        if (!limit.WithTies && !limit.IsPercent)
            Text("LIMIT ").Node(limit.Count, Power.Comparison);
        else
            Text("FETCH FIRST ").Node(limit.Count, Power.Unary).Text(limit.IsPercent ? " PERCENT ROWS " : " ROWS ")
                .Text(limit.WithTies ? "WITH TIES" : "ONLY");
    }

    private void WriteWith(WithClause with)
    {
        Text("WITH ");
        for (int index = 0; index < with.Functions.Length; index++)
            When(index > 0, ", ").WriteFunction(with.Functions[index]);
        if (with.Tables.IsEmpty)
            return;
        When(!with.Functions.IsEmpty, " WITH ").When(with.IsRecursive, "RECURSIVE ").WriteList(with.Tables);
    }

    private void WriteCommonTable(CommonTable table)
    {
        Node(table.Name).OptionalParens(" ", table.Columns).Text(" AS ");
        if (table.IsMaterialized is { } isMaterialized)
            Text(isMaterialized ? "MATERIALIZED " : "NOT MATERIALIZED ");
        Text("(").Node(table.Statement).Text(")");
        if (table.Search is { } search)
            OptionalList(search.IsDepthFirst ? " SEARCH DEPTH FIRST BY " : " SEARCH BREADTH FIRST BY ", search.Columns).Text(" SET ").Node(search.Order);
        if (table.Cycle is not { } cycle)
            return;
        OptionalList(" CYCLE ", cycle.Columns).Text(" SET ").Node(cycle.Mark).Optional(" TO ", cycle.Value).Optional(" DEFAULT ", cycle.Default)
            .Text(" USING ").Node(cycle.Path);
    }

    private void WriteQueryBody(QueryBody body)
    {
        switch (body)
        {
            case QuerySpecification specification:
                WriteSpecification(specification);
                break;
            case SetOperation operation:
                WriteSetOperation(operation);
                break;
            case ValuesBody values:
                WriteValues(values);
                break;
            case TableBody table:
                Text("TABLE ").Node(table.Name);
                break;
            case SubqueryBody subquery:
                Text("(").Node(subquery.Query).Text(")");
                break;
            default:
                throw new UnreachableException(body.GetType().Name);
        }
    }

    private void WriteSetOperation(SetOperation operation)
    {
        string words = $" {Upper(operation.Operator)}{(operation.IsAll ? " ALL" : "")}{(operation.IsByName ? " BY NAME" : "")} ";
        for (int index = 0; index < operation.Inputs.Length; index++)
        {
            When(index > 0, words);
            if (index > 0 && operation.Corresponding is { } corresponding)
                Text("CORRESPONDING ").OptionalParens("BY ", corresponding.Columns).When(!corresponding.Columns.IsEmpty, " ");
            Node(operation.Inputs[index]);
        }
    }

    private void WriteValues(ValuesBody values)
    {
        Text("VALUES ");
        for (int index = 0; index < values.Rows.Length; index++)
        {
            When(index > 0, ", ");
            switch (values.Rows[index])
            {
                case RowConstructor { Items.Length: > 1, FieldNames.IsEmpty: true } row when !row.Items.Any(item => item is StarExpression):
                    Parens(row.Items);
                    break;
                case RowConstructor { Items: [RowConstructor value], FieldNames.IsEmpty: true }:
                    Text("(").Node(value).Text(")");
                    break;
                case RowConstructor row:
                    Node(row); // in parentheses it would be one value, which is a row
                    break;
                default:
                    Text("(").Node(values.Rows[index]).Text(")");
                    break;
            }
        }
    }

    private void WriteSpecification(QuerySpecification specification)
    {
        Text("SELECT").When(specification.IsDistinct, " DISTINCT").OptionalParens(" ON ", specification.DistinctOn);
        OptionalList(" ", specification.Items).OptionalList(" FROM ", specification.From);
        Optional(" WHERE ", specification.Where).Optional(" GROUP BY ", specification.GroupBy).Optional(" HAVING ", specification.Having);
        OptionalList(" WINDOW ", specification.Windows).Optional(" QUALIFY ", specification.Qualify);
    }

    private void WriteSelectItem(SelectItem item)
    {
        if (item is SelectExpression expression)
        {
            Node(expression.Expression).Optional(" AS ", expression.Alias);
            return;
        }

        var all = (SelectAll)item;
        if (all.Target is null)
            Text("*");
        else
            WriteStarTarget(all.Target);
        OptionalParens(" EXCLUDE ", all.Exclude).OptionalParens(" REPLACE ", all.Replace).OptionalParens(" RENAME ", all.Rename)
            .OptionalParens(" AS ", all.Aliases);
    }

    private void WriteSortItem(SortItem item)
    {
        Node(item.Expression).When(item.IsDescending, " DESC");
        if (item.NullsFirst is { } first)
            Text(first ? " NULLS FIRST" : " NULLS LAST");
    }

    private void WriteGroupBy(GroupByClause groupBy)
    {
        if (groupBy.IsAll)
            Text("ALL");
        else
            When(groupBy.IsDistinct, "DISTINCT ").WriteList(groupBy.Elements);
    }

    private void WriteGroupingElement(GroupingElement element)
    {
        switch (element)
        {
            case GroupingColumns { Expressions: [var single] }:
                Node(single);
                break;
            case GroupingColumns columns:
                Parens(columns.Expressions);
                break;
            case RollupGrouping rollup:
                Text("ROLLUP ").Parens(rollup.Sets);
                break;
            case CubeGrouping cube:
                Text("CUBE ").Parens(cube.Sets);
                break;
            case GroupingSets sets:
                Text("GROUPING SETS ").Parens(sets.Elements);
                break;
            default:
                throw new UnreachableException(element.GetType().Name);
        }
    }

    private void WriteRelation(Relation relation)
    {
        switch (relation)
        {
            case TableReference table:
                Node(table.Name).Optional(" ", table.Version);
                break;
            case FileRelation file:
                Quote(file.Path);
                break;
            case RemoteQueryRelation remote:
                Text("TABLE(").Node(remote.Name).Text("(");
                Quote(remote.Query);
                Text("))");
                break;
            case AliasedRelation aliased:
                WriteAliased(aliased);
                break;
            case JoinRelation join:
                WriteJoin(join);
                break;
            case SubqueryRelation subquery:
                Text(subquery.IsLateral ? "LATERAL (" : "(").Node(subquery.Query).Text(")");
                break;
            case UnnestRelation unnest:
                Text("UNNEST").Parens(unnest.Expressions).When(unnest.WithOrdinality, " WITH ORDINALITY");
                break;
            case TableFunctionRelation function:
                WriteTableFunction(function);
                break;
            case SampledRelation sample:
                WriteSource(sample.Source).Text($" TABLESAMPLE {Upper(sample.Method)} (").Node(sample.Percentage).Text(")");
                if (sample.Seed is not null)
                    Text(" REPEATABLE (").Node(sample.Seed).Text(")");
                break;
            case JsonTableRelation table:
                WriteJsonTable(table);
                break;
            case PivotRelation pivot:
                WriteSource(pivot.Source).Text(" PIVOT (").WriteList(pivot.Aggregates);
                Text(" FOR ").WriteList(pivot.Columns, " ");
                OptionalList(" GROUP BY ", pivot.GroupBy).Text(")");
                break;
            case UnpivotRelation unpivot:
                WriteUnpivot(unpivot);
                break;
            case MatchRecognizeRelation match:
                WriteMatchRecognize(match);
                break;
            default:
                throw new UnreachableException(relation.GetType().Name);
        }
    }

    /// <summary>A table function stands alone only where its call cannot be taken for other syntax.</summary>
    private void WriteTableFunction(TableFunctionRelation function)
    {
        bool isSpecial = function.Call.Name.Parts is [{ IsQuoted: false } name]
            && Keywords.Find(name.Value) is Keyword.UNNEST or Keyword.JSON_TABLE or Keyword.VALUES;
        When(isSpecial, "TABLE(");
        WriteCall(function.Call);
        When(isSpecial, ")").When(function.WithOrdinality, " WITH ORDINALITY");
    }

    /// <summary>What an alias, a sample or the like is put on.</summary>
    private SqlWriter WriteSource(Relation source, bool isAliased = false)
    {
        bool needsParens = source is JoinRelation || (isAliased && source is AliasedRelation);
        return When(needsParens, "(").Node(source).When(needsParens, ")");
    }

    private void WriteAliased(AliasedRelation aliased)
    {
        WriteSource(aliased.Source, isAliased: true).Text(" AS ").Node(aliased.Alias);
        if (aliased.Columns.IsEmpty)
            return;

        Text(" (");
        for (int index = 0; index < aliased.Columns.Length; index++)
        {
            When(index > 0, ", ").Node(aliased.Columns[index]);
            if (!aliased.ColumnTypes.IsEmpty)
                Text(" ").Node(aliased.ColumnTypes[index]);
        }

        Text(")");
    }

    /// <summary>Writes a chain of joins without recursion on its left side.</summary>
    private void WriteJoin(JoinRelation join)
    {
        var chain = new Stack<JoinRelation>();
        Relation left = join;
        while (left is JoinRelation inner)
        {
            chain.Push(inner);
            left = inner.Left;
        }

        Node(left);
        foreach (var next in chain)
        {
            Text(next.Condition is NaturalJoin ? " NATURAL" : "").When(next.IsAsOf, " ASOF").Text(next.Kind switch
            {
                JoinKind.Inner => " JOIN ",
                _ => $" {Upper(next.Kind)} JOIN ",
            });
            bool isJoin = next.Right is JoinRelation;
            When(isJoin, "(").Node(next.Right).When(isJoin, ")");
            if (next.Condition is not (null or NaturalJoin))
                Text(" ").Node(next.Condition);
        }
    }

    private void WriteJoinCondition(JoinCondition condition)
    {
        if (condition is JoinOn on)
            Text("ON ").Node(on.Expression);
        else if (condition is JoinUsing @using)
            Text("USING ").Parens(@using.Columns).Optional(" AS ", @using.Alias);
    }

    private void WriteUnpivot(UnpivotRelation unpivot)
    {
        WriteSource(unpivot.Source).Text(" UNPIVOT ").When(unpivot.IncludeNulls, "INCLUDE NULLS ").Text("(");
        if (unpivot.Values.Length == 1)
            Node(unpivot.Values[0]);
        else
            Parens(unpivot.Values);
        Text(" FOR ").Node(unpivot.Name).Text(" IN ").Parens(unpivot.Inputs).Text(")");
    }

    private void WriteUnpivotInput(UnpivotInput input)
    {
        Parens(input.Columns).Optional(" AS ", input.Alias);
    }

    private void WriteMatchRecognize(MatchRecognizeRelation match)
    {
        WriteSource(match.Source).Text(" MATCH_RECOGNIZE (");
        Separator().OptionalList("PARTITION BY ", match.PartitionBy);
        Separator().OptionalList("ORDER BY ", match.OrderBy);
        Separator().OptionalList("MEASURES ", match.Measures);
        Separator().Text(match.AllRows ? "ALL ROWS PER MATCH" : "ONE ROW PER MATCH");
        if (match.EmptyMatches is not null)
            Text(" ").Text(match.EmptyMatches);
        if (match.AfterMatchSkip is not null)
            Text(" AFTER MATCH SKIP ").Text(match.AfterMatchSkip);
        Text($" PATTERN ({match.Pattern})");
        for (int index = 0; index < match.Subsets.Length; index++)
            Text(index == 0 ? " SUBSET " : ", ").Node(match.Subsets[index].Name).Text(" = ").Parens(match.Subsets[index].Arguments);
        Text(" DEFINE ");
        for (int index = 0; index < match.Definitions.Length; index++)
            When(index > 0, ", ").Optional("", match.Definitions[index].Alias).Text(" AS ").Node(match.Definitions[index].Expression);
        Text(")");
    }
}
