using System.Text.Json;
using System.Text.Json.Nodes;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>
/// Relations made of JSON, written as lateral queries over functions that give arrays:
/// <code>
/// json_to_recordset(x) AS t(a integer, b text)
///     => LATERAL (SELECT CAST(r -> 'a' AS integer) AS a, r ->> 'b' AS b FROM unnest(json_array_elements(x)) AS t(r)) AS t
/// JSON_TABLE(x, path COLUMNS (a integer PATH '$.a'))
///     => LATERAL (SELECT CAST(r[1] AS integer) AS a FROM unnest($json_table(x, path, ...)) AS t(r))
/// </code>
/// </summary>
internal static class RecordFunctions
{
    /// <summary>The query of a record function whose alias says the columns; null when it is none.</summary>
    public static Tree.Relation? TryRewrite(Tree.AliasedRelation aliased)
    {
        if (aliased.ColumnTypes.Length == 0 || aliased.Source is not Tree.TableFunctionRelation { Call: var call })
            return null;
        string name = call.Name.Last.Folded.Replace("jsonb_", "json_", StringComparison.Ordinal);
        Tree.Expression? rows = (name, call.Arguments) switch
        {
            ("json_to_record", [var value]) => new Tree.ArrayConstructor([AsJson(value)]) { Position = call.Position },
            ("json_to_recordset", [var value]) => Call("json_array_elements", call.Position, AsJson(value)),
            ("json_populate_record", [_, var value, ..]) => new Tree.ArrayConstructor([AsJson(value)]) { Position = call.Position },
            ("json_populate_recordset", [_, var value, ..]) => Call("json_array_elements", call.Position, AsJson(value)),
            _ => null,
        };
        if (rows is null)
            return null;
        if (call.Arguments is [Tree.RowConstructor record, _, ..])
            CheckRecord(record, aliased);
        IEnumerable<Tree.SelectItem> items = aliased.Columns.Zip(aliased.ColumnTypes, (column, type) => Item(FieldOf(column, type), column));
        return aliased with { Source = Query(items, rows, call.Position), Columns = [], ColumnTypes = [] };
    }

    // json_populate_recordset(ROW(0, 0), x) AS t(a integer, b integer): the row says the same as the alias.
    private static void CheckRecord(Tree.RowConstructor record, Tree.AliasedRelation aliased)
    {
        bool isSame = record.Items.Length == aliased.ColumnTypes.Length && record.Items.Zip(aliased.ColumnTypes).All(
            pair => pair.First is not Tree.CastExpression cast || IsText(cast.Type) == IsText(pair.Second));
        if (!isSame)
            throw new QueryException(ErrorCode.TypeMismatch, "the row and the columns of the alias are not of the same types", record.Position);
    }

    /// <summary>The query of JSON_TABLE.</summary>
    public static Tree.SubqueryRelation Rewrite(Tree.JsonTableRelation table)
    {
        var columns = new List<Tree.JsonTableColumn>();
        JsonObject description = Describe(table.Columns, columns);
        description["error"] = table.OnError?.Kind == Tree.JsonBehaviorKind.Error ? "error" : null;
        Tree.Expression variables = Call(
            "jsonb_build_object",
            table.Position,
            [.. table.Passing.SelectMany(item => new[] { Text(item.Name.Value, item.Position), item.Value })]);
        var asJsonb = new Tree.NamedType(Name("jsonb", table.Position), []) { Position = table.Position };
        Tree.Expression described = new Tree.CastExpression(Text(description.ToJsonString(), table.Position), asJsonb, IsTry: false) { Position = table.Position };
        Tree.Expression rows = Call("$json_table", table.Position, table.Input, table.Path, variables, described);
        IEnumerable<Tree.SelectItem> items = columns.Select((column, at) => Item(ColumnOf(column, at), column.Name));
        return Query(items, rows, table.Position);
    }

    private static Tree.Expression ColumnOf(Tree.JsonTableColumn column, int at)
    {
        Tree.Expression text = new Tree.SubscriptExpression(
            Reference("r", column.Position), new Tree.IntegerLiteral((at + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)) { Position = column.Position })
        { Position = column.Position };
        Tree.TypeName type = column.Type ?? new Tree.NamedType(Name("bigint", column.Position), []) { Position = column.Position };
        if (IsQuery(column) && !IsText(type))
            text = new Tree.CastExpression(text, new Tree.NamedType(Name("json", column.Position), []) { Position = column.Position }, IsTry: false) { Position = column.Position };
        bool raises = column.OnError?.Kind == Tree.JsonBehaviorKind.Error;
        if (column.IsExists && !IsBoolean(type))
            text = new Tree.CastExpression(text, new Tree.NamedType(Name("boolean", column.Position), []) { Position = column.Position }, IsTry: false) { Position = column.Position };
        return IsText(type) ? text : new Tree.CastExpression(text, type, IsTry: !raises) { Position = column.Position };
    }

    // What is no scalar is a part of the document.
    private static bool IsQuery(Tree.JsonTableColumn column) =>
        column.IsFormatJson || column.Type is Tree.ArrayType or Tree.RowType or Tree.MapType or Tree.NamedType { Name.Last.Folded: "json" or "jsonb" };

    private static bool IsText(Tree.TypeName type) => type is Tree.NamedType { Name.Last.Folded: "text" or "varchar", Parameters.Length: 0 };

    private static bool IsBoolean(Tree.TypeName type) => type is Tree.NamedType { Name.Last.Folded: "boolean" or "bool" };

    private static JsonObject Describe(Tree.JsonTableColumns table, List<Tree.JsonTableColumn> all)
    {
        all.AddRange(table.Columns);
        var columns = new JsonArray([.. table.Columns.Select(Describe)]);
        var nested = new JsonArray();
        foreach (Tree.JsonTableColumns inner in table.Nested)
            nested.Add(Describe(inner, all));
        return new JsonObject { ["path"] = table.Path, ["columns"] = columns, ["nested"] = nested };
    }

    private static JsonObject Describe(Tree.JsonTableColumn column) => new()
    {
        ["kind"] = column.IsOrdinality ? "ordinality" : column.IsExists ? "exists" : IsQuery(column) ? "query" : "value",
        ["path"] = column.Path ?? $"$.{JsonSerializer.Serialize(column.Name.Folded)}",
        ["empty"] = Describe(column.OnEmpty),
        ["error"] = Describe(column.OnError),
    };

    private static JsonNode? Describe(Tree.JsonBehavior? behavior) => behavior?.Kind switch
    {
        Tree.JsonBehaviorKind.Error => JsonValue.Create("error"),
        Tree.JsonBehaviorKind.EmptyArray => new JsonObject { ["default"] = "[]" },
        Tree.JsonBehaviorKind.EmptyObject => new JsonObject { ["default"] = "{}" },
        Tree.JsonBehaviorKind.True => new JsonObject { ["default"] = "true" },
        Tree.JsonBehaviorKind.False => new JsonObject { ["default"] = "false" },
        Tree.JsonBehaviorKind.Default => new JsonObject
        {
            ["default"] = behavior.Default switch
            {
                Tree.StringLiteral text => text.Value,
                Tree.IntegerLiteral number => number.Digits,
                Tree.DecimalLiteral number => number.Text,
                Tree.BooleanLiteral truth => truth.Value ? "true" : "false",
                Tree.NullLiteral => null,
                var other => throw QueryException.NotSupported("a default of a column of JSON_TABLE that is no literal", other!.Position),
            },
        },
        _ => null,
    };

    private static Tree.Expression FieldOf(Tree.Identifier column, Tree.TypeName type)
    {
        Tree.BinaryOperator step = IsText(type) ? Tree.BinaryOperator.JsonGetText : Tree.BinaryOperator.JsonGet;
        Tree.Expression field = new Tree.BinaryExpression(step, Reference("r", column.Position), Text(column.Folded, column.Position)) { Position = column.Position };
        return IsText(type) ? field : new Tree.CastExpression(field, type, IsTry: false) { Position = column.Position };
    }

    private static Tree.SelectExpression Item(Tree.Expression expression, Tree.Identifier name) => new(expression, name) { Position = name.Position };

    private static Tree.SubqueryRelation Query(IEnumerable<Tree.SelectItem> items, Tree.Expression rows, SourcePosition position)
    {
        var unnest = new Tree.AliasedRelation(
            new Tree.UnnestRelation([rows], WithOrdinality: false) { Position = position }, Identifier("t", position), [Identifier("r", position)])
        { Position = position };
        var select = new Tree.QuerySpecification([.. items]) { Position = position, From = [unnest] };
        return new Tree.SubqueryRelation(new Tree.Query(select) { Position = position }, IsLateral: true) { Position = position };
    }

    private static Tree.CastExpression AsJson(Tree.Expression value) =>
        new(value, new Tree.NamedType(Name("json", value.Position), []) { Position = value.Position }, IsTry: false) { Position = value.Position };

    private static Tree.FunctionCall Call(string name, SourcePosition position, params ReadOnlySpan<Tree.Expression> arguments) =>
        new(Name(name, position), [.. arguments]) { Position = position };

    private static Tree.StringLiteral Text(string value, SourcePosition position) => new(value) { Position = position };

    private static Tree.ColumnReference Reference(string name, SourcePosition position) => new(Name(name, position)) { Position = position };

    private static Tree.QualifiedName Name(string name, SourcePosition position) => new([Identifier(name, position)]) { Position = position };

    private static Tree.Identifier Identifier(string name, SourcePosition position) => new(name, IsQuoted: false) { Position = position };
}
