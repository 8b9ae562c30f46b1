using System.Runtime.CompilerServices;

namespace QueryEngine.Spi;

/// <summary>Reads ranges of single columns out of a condition. What it cannot read, it lets pass.</summary>
internal static class DomainExtraction
{
    /// <summary>A superset of the rows for which the condition is true.</summary>
    public static TupleDomain Extract(ConnectorExpression condition)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (condition)
        {
            case ConnectorConstant { Value: null or false }:
                return TupleDomain.None;
            case ConnectorColumn { Type.Kind: TypeKind.Boolean } column:
                return Of(column, Domain.Of(true));
            case ConnectorCall { Function: "$and" } and:
                return TupleDomain.FromConjuncts(and.Arguments);
            case ConnectorCall { Function: "$or" } or:
                return ExtractOr(or);
            case ConnectorCall { Function: "$not", Arguments: [ConnectorCall { Function: "$is_null", Arguments: [ConnectorColumn column] }] }:
                return Of(column, Domain.NotNull);
            case ConnectorCall { Function: "$not", Arguments: [ConnectorColumn { Type.Kind: TypeKind.Boolean } column] }:
                return Of(column, Domain.Of(false));
            case ConnectorCall { Function: "$is_null", Arguments: [ConnectorColumn column] }:
                return Of(column, Domain.OnlyNull);
            case ConnectorCall { Function: "$in", Arguments: [ConnectorColumn column, ..] } list when IsOrdered(column):
                return ExtractIn(column, list);
            case ConnectorCall { Arguments: [ConnectorColumn column, ConnectorConstant constant] } call when IsOrdered(column):
                return ExtractComparison(call.Function, column, constant);
            case ConnectorCall { Arguments: [ConnectorConstant constant, ConnectorColumn column] } call when IsOrdered(column):
                return ExtractComparison(Flip(call.Function), column, constant);
            default:
                return TupleDomain.All;
        }
    }

    private static TupleDomain ExtractComparison(string function, ConnectorColumn column, ConnectorConstant constant)
    {
        if (function is not ("$eq" or "$ne" or "$lt" or "$le" or "$gt" or "$ge"))
            return TupleDomain.All;
        if (constant.Value is not { } value)
            return TupleDomain.None;
        if (constant.Type != column.Type && !(constant.Type.IsText && column.Type.IsText))
            return TupleDomain.All;

        return Of(column, function switch
        {
            "$eq" => Domain.Of(value),
            "$ne" => new([new(null, false, value, false), new(value, false, null, false)], false),
            "$lt" => new([new(null, false, value, false)], false),
            "$le" => new([new(null, false, value, true)], false),
            "$gt" => new([new(value, false, null, false)], false),
            _ => new([new(value, true, null, false)], false),
        });
    }

    private static TupleDomain ExtractIn(ConnectorColumn column, ConnectorCall list)
    {
        var values = new List<object>();
        for (int argument = 1; argument < list.Arguments.Count; argument++)
        {
            if (list.Arguments[argument] is not ConnectorConstant constant || !(constant.Type == column.Type || (constant.Type.IsText && column.Type.IsText)))
                return TupleDomain.All;
            if (constant.Value is not null)
                values.Add(constant.Value);
        }

        return values.Count == 0 ? TupleDomain.None : Of(column, Domain.Of(values));
    }

    // a = 1 OR a = 2 is a domain of a; a = 1 OR b = 2 says nothing of either.
    private static TupleDomain ExtractOr(ConnectorCall or)
    {
        List<TupleDomain> terms = [.. or.Arguments.Select(Extract).Where(domain => !domain.IsNone)];
        return terms.Count == 0 ? TupleDomain.None : Combine(terms, Either);
    }

    private static TupleDomain Either(TupleDomain left, TupleDomain right)
    {
        var columns = new List<ColumnDomain>();
        foreach ((string column, Domain domain) in left.Columns)
            if (right[column] is { } other && domain.Union(other) is { IsAll: false } union)
                columns.Add(new ColumnDomain(column, union));
        return new TupleDomain([.. columns]);
    }

    /// <summary>Combines neighbours, then the results, and so on: one after another would be quadratic in long lists.</summary>
    public static TupleDomain Combine(List<TupleDomain> domains, Func<TupleDomain, TupleDomain, TupleDomain> combine)
    {
        while (domains.Count > 1)
        {
            var halved = new List<TupleDomain>((domains.Count + 1) / 2);
            for (int left = 0; left < domains.Count; left += 2)
                halved.Add(left + 1 < domains.Count ? combine(domains[left], domains[left + 1]) : domains[left]);
            domains = halved;
        }

        return domains[0];
    }

    private static string Flip(string function) => function switch
    {
        "$lt" => "$gt",
        "$le" => "$ge",
        "$gt" => "$lt",
        "$ge" => "$le",
        _ => function,
    };

    private static bool IsOrdered(ConnectorColumn column) => BoxedValue.IsOrdered(column.Type);

    private static TupleDomain Of(ConnectorColumn column, Domain domain) => new([new ColumnDomain(column.Column.Name, domain)]);
}
