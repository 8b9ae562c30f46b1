global using System.Collections.Immutable;
global using Make = QueryEngine.Plan.Expressions;
global using Tree = QueryEngine.Sql.Tree;
