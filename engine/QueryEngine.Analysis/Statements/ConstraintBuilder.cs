using QueryEngine.Analysis.Changes;
using QueryEngine.Analysis.Expressions;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Analysis.Types;
using QueryEngine.Metadata;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>
/// Columns and constraints of a table in the making. What a source does not keep is an error, keys apart: those are taken as what the author knows
/// of the data.
/// </summary>
internal sealed class ConstraintBuilder(StatementAnalyzer statements, SchemaTableName table, TableFeatures features, string catalog)
{
    private readonly List<RowConstraint> _constraints = [];

    /// <summary>The sequences of numbered columns.</summary>
    public List<SequenceDefinition> Sequences { get; } = [];

    /// <summary>The columns.</summary>
    public List<TableColumn> Columns { get; } = [];

    /// <summary>The constraints, which have different names.</summary>
    public ValueList<RowConstraint> Constraints => _constraints.ToValueList();

    /// <summary>The columns of the primary key; none where there is no such key.</summary>
    public ValueList<string> PrimaryKey => _constraints.OfType<UniqueConstraint>().FirstOrDefault(key => key.IsPrimaryKey)?.Columns ?? [];

    /// <summary>Knows the columns and constraints of a table that is there.</summary>
    public void Take(TableSchema schema)
    {
        Columns.AddRange(schema.Columns.Where(column => !column.IsHidden));
        _constraints.AddRange(schema.Constraints);
    }

    /// <summary>A column as written; its constraints wait for <see cref="AddConstraintsOf"/>.</summary>
    public TableColumn Add(Tree.ColumnDefinition definition)
    {
        if (definition.Type is null)
            throw new QueryException(ErrorCode.SyntaxError, $"column '{definition.Name.Value}' has no type", definition.Position);
        if (SerialType(definition) is not null || definition.Identity is not null)
            return AddNumbered(definition);
        Tree.Expression? @default = definition.Default is Tree.NullLiteral ? null : definition.Default;
        Require(@default, TableFeatures.Defaults, "DEFAULT of a column");
        Require(definition.Generated, TableFeatures.Generated, "a generated column");
        if (@default is not null && definition.Generated is not null)
            throw new QueryException(ErrorCode.SyntaxError, $"column '{definition.Name.Value}' has both a default and a generation expression", definition.Position);
        var column = new TableColumn(new ColumnHandle(definition.Name.Folded, TypeResolver.Resolve(definition.Type)))
        {
            IsNullable = !definition.IsNotNull && definition.Constraints.All(constraint => constraint.Kind != Tree.ConstraintKind.PrimaryKey),
            Comment = definition.Comment,
            Default = @default?.ToString(),
            Generated = definition.Generated?.ToString(),
        };
        if (@default is not null)
            CheckDefault(column, @default);
        Columns.Add(column);
        return column;
    }

    // serial, bigserial and smallserial, and GENERATED AS IDENTITY: a default that takes the next value of a sequence of the column's own.
    private TableColumn AddNumbered(Tree.ColumnDefinition definition)
    {
        if (!features.HasFlag(TableFeatures.Defaults))
            throw QueryException.NotSupported("a numbered column in this catalog", definition.Position);
        if (definition.Default is not null || definition.Generated is not null)
            throw new QueryException(ErrorCode.SyntaxError, $"column '{definition.Name.Value}' is numbered and has a default or a generation expression too", definition.Position);
        SqlType type = SerialType(definition) ?? TypeResolver.Resolve(definition.Type!);
        if (type.Kind is not (TypeKind.SmallInt or TypeKind.Integer or TypeKind.BigInt))
            throw new QueryException(ErrorCode.InvalidParameterValue, $"an identity column is of type smallint, integer or bigint, not {type}", definition.Position);
        SequenceDefinition sequence = new SequenceAnalyzer(statements).OfColumn(
            catalog, table, definition.Name.Folded, type, definition.Identity?.Options ?? new Tree.SequenceOptions());
        Sequences.Add(sequence);
        var column = new TableColumn(new ColumnHandle(definition.Name.Folded, type))
        {
            IsNullable = false,
            Comment = definition.Comment,
            Default = $"nextval('{sequence.QuotedName.Replace("'", "''", StringComparison.Ordinal)}')",
            Identity = definition.Identity is null ? IdentityKind.None : definition.Identity.IsAlways ? IdentityKind.Always : IdentityKind.ByDefault,
        };
        Columns.Add(column);
        return column;
    }

    private static SqlType? SerialType(Tree.ColumnDefinition definition) =>
        definition.Type is Tree.NamedType { Parameters.Length: 0, TypeArguments.Length: 0, Name: { Parts.Length: 1 } name }
            ? name.Last.Folded switch
            {
                "serial" or "serial4" => SqlType.Integer,
                "bigserial" or "serial8" => SqlType.BigInt,
                "smallserial" or "serial2" => SqlType.SmallInt,
                _ => null,
            }
            : null;

    /// <summary>The constraints written at a column, and its generation expression is looked at.</summary>
    public IEnumerable<RowConstraint> AddConstraintsOf(Tree.ColumnDefinition definition)
    {
        if (definition.Generated is not null)
            CheckGenerated(definition);
        foreach (Tree.TableConstraint constraint in definition.Constraints)
            if (Add(constraint, [definition.Name]) is { } added)
                yield return added;
    }

    /// <summary>A constraint as written; null where the source keeps none of its kind.</summary>
    public RowConstraint? Add(Tree.TableConstraint constraint, ImmutableArray<Tree.Identifier> columns)
    {
        string[] names = [.. columns.Select(Find).Select(column => column.Name)];
        RowConstraint? made = constraint.Kind switch
        {
            Tree.ConstraintKind.Check => Check(constraint, columns.Length == 1 ? names[0] : null),
            Tree.ConstraintKind.ForeignKey => features.HasFlag(TableFeatures.ForeignKeys) ? ForeignKey(constraint, names) : null,
            _ => features.HasFlag(TableFeatures.Keys) || constraint.Kind == Tree.ConstraintKind.PrimaryKey ? Key(constraint, names) : null,
        };
        if (made is not null)
            _constraints.Add(made);
        return made;
    }

    /// <summary>The default of a column can be assigned to it.</summary>
    public void CheckDefault(TableColumn column, Tree.Expression expression)
    {
        AnalysisContext context = Context();
        var analyzer = new ExpressionAnalyzer(context, new NameScope(null, [], CommonTables.None), new ExpressionSink("DEFAULT") { AllowsSubqueries = false });
        Operand value = analyzer.Operand(expression);
        RowWriter.CheckAssignable(context.Functions, value.Type, value.IsUntypedText, column, value.Position);
        if (value.Expression is ConstantExpression constant)
            new Coercer(context.Constants).To(value with { Expression = constant }, column.Type);
    }

    private void CheckGenerated(Tree.ColumnDefinition definition)
    {
        TableColumn column = Find(definition.Name);
        AnalysisContext context = Context();
        Operand value = OverRow(context, definition.Generated!, "a generated column");
        HashSet<string> generated = [.. Columns.Where(other => other.Generated is not null).Select(other => other.Name)];
        if (value.Expression.References().FirstOrDefault(reference => generated.Contains(reference.Name)) is { } other)
            throw new QueryException(ErrorCode.InvalidTableDefinition, $"generated column '{column.Name}' reads generated column '{other.Name}'", definition.Position);
        RowWriter.CheckAssignable(context.Functions, value.Type, value.IsUntypedText, column, value.Position);
    }

    private CheckConstraint Check(Tree.TableConstraint constraint, string? column)
    {
        Require(constraint.Check, TableFeatures.Checks, "CHECK");
        AnalysisContext context = Context();
        new Coercer(context.Constants).ToBoolean(OverRow(context, constraint.Check!, "CHECK"), "a check");
        return new CheckConstraint(NameOf(constraint, column is null ? $"{table.Table}_check" : $"{table.Table}_{column}_check"), constraint.Check!.ToString());
    }

    private UniqueConstraint Key(Tree.TableConstraint constraint, string[] names)
    {
        bool isPrimary = constraint.Kind == Tree.ConstraintKind.PrimaryKey;
        if (isPrimary && PrimaryKey.Count > 0)
            throw new QueryException(ErrorCode.InvalidTableDefinition, $"table {table.Table} has more than one primary key", constraint.Position);
        if (names.Distinct(StringComparer.Ordinal).Count() < names.Length)
            throw new QueryException(ErrorCode.DuplicateColumn, "a key names a column twice", constraint.Position);
        for (int at = 0; at < Columns.Count && isPrimary; at++)
            if (names.Contains(Columns[at].Name))
                Columns[at] = Columns[at] with { IsNullable = false };
        string name = NameOf(constraint, isPrimary ? $"{table.Table}_pkey" : $"{table.Table}_{string.Join('_', names)}_key");
        return new UniqueConstraint(name, names.ToValueList()) { IsPrimaryKey = isPrimary };
    }

    private ForeignKeyConstraint ForeignKey(Tree.TableConstraint constraint, string[] names)
    {
        TargetName target = statements.Metadata.ResolveName(statements.Context, TableCache.Names(constraint.References!));
        SchemaTableName referenced = new(target.Schema.Text, constraint.References!.Last.Folded);
        ValueList<string> columns = constraint.ReferencedColumns.Select(column => column.Folded).ToValueList();
        if (columns.Count > 0 && columns.Count != names.Length)
            throw new QueryException(ErrorCode.InvalidColumnReference, $"{names.Length} columns refer to {columns.Count}", constraint.Position);
        return new ForeignKeyConstraint(NameOf(constraint, $"{table.Table}_{string.Join('_', names)}_fkey"), names.ToValueList(), referenced, columns)
        {
            OnDelete = ActionOf(constraint.Actions, "DELETE"),
            OnUpdate = ActionOf(constraint.Actions, "UPDATE"),
        };
    }

    private static ReferenceAction ActionOf(string? actions, string when)
    {
        string words = string.Join(' ', (actions ?? string.Empty).ToUpperInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        int at = words.IndexOf($"ON {when} ", StringComparison.Ordinal);
        string action = at < 0 ? string.Empty : words[(at + when.Length + 4)..];
        return action.StartsWith("CASCADE", StringComparison.Ordinal) ? ReferenceAction.Cascade
            : action.StartsWith("SET NULL", StringComparison.Ordinal) ? ReferenceAction.SetNull
            : action.StartsWith("SET DEFAULT", StringComparison.Ordinal) ? ReferenceAction.SetDefault
            : ReferenceAction.NoAction;
    }

    private string NameOf(Tree.TableConstraint constraint, string otherwise)
    {
        if (constraint.Name is { } given)
        {
            return _constraints.Exists(other => other.Name == given.Folded)
                ? throw new QueryException(ErrorCode.DuplicateObject, $"constraint '{given.Value}' is there already", given.Position)
                : given.Folded;
        }

        string name = otherwise;
        for (int number = 1; _constraints.Exists(other => other.Name == name); number++)
            name = $"{otherwise}{number}";
        return name;
    }

    private TableColumn Find(Tree.Identifier name) => Columns.Find(column => name.Matches(column.Name)) ?? throw new QueryException(
        ErrorCode.UndefinedColumn,
        $"column '{name.Value}' does not exist in {table.Table}",
        name.Position,
        Suggestion.DidYouMean(name.Value, Columns.Select(column => column.Name)));

    private Operand OverRow(AnalysisContext context, Tree.Expression expression, string clause)
    {
        var relation = new RelationName(table.Table, table.Schema);
        ImmutableArray<Field> fields = [.. Columns.Select(column => new Field(column.Name, context.Columns.New(column.Name, column.Type)) { Relation = relation })];
        return new ExpressionAnalyzer(context, new NameScope(null, fields, CommonTables.None), new ExpressionSink(clause) { AllowsSubqueries = false })
            .Operand(expression);
    }

    private AnalysisContext Context() => new(statements.Context, statements.Functions, new TableCache(statements.Metadata), Parameters.None);

    private void Require(Tree.Expression? expression, TableFeatures feature, string what)
    {
        if (expression is not null && !features.HasFlag(feature))
            throw QueryException.NotSupported($"{what} in this catalog", expression.Position);
    }
}
