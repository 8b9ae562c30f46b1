using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace QueryEngine.Analysis;

/// <summary>Replaces nodes in syntax trees of any kind. What is not replaced below a node stays the same object.</summary>
internal static class SyntaxRewrite
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> _properties = new();
    private static readonly ConcurrentDictionary<Type, MethodInfo> _clones = new();

    /// <summary>The tree with every node that <paramref name="replace"/> answers for replaced; what is replaced is not looked into.</summary>
    public static T Replace<T>(T root, Func<Tree.SyntaxNode, Tree.SyntaxNode?> replace)
        where T : Tree.SyntaxNode
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (replace(root) is { } replaced)
            return (T)replaced;
        Tree.SyntaxNode? clone = null;
        foreach (PropertyInfo property in _properties.GetOrAdd(root.GetType(), FindProperties))
        {
            object? value = property.GetValue(root);
            object? changed = value switch
            {
                Tree.SyntaxNode child => Replace(child, replace),
                IEnumerable children when !IsDefault(children) => ReplaceAll(children, property.PropertyType, replace),
                _ => value,
            };
            if (ReferenceEquals(changed, value))
                continue;
            clone ??= (Tree.SyntaxNode)_clones.GetOrAdd(root.GetType(), type => type.GetMethod("<Clone>$")!).Invoke(root, null)!;
            property.SetValue(clone, changed);
        }

        return (T)(clone ?? root);
    }

    private static bool IsDefault(IEnumerable list) => (bool)list.GetType().GetProperty("IsDefault")!.GetValue(list)!;

    private static object ReplaceAll(IEnumerable children, Type type, Func<Tree.SyntaxNode, Tree.SyntaxNode?> replace)
    {
        var items = new List<Tree.SyntaxNode>();
        bool changed = false;
        foreach (Tree.SyntaxNode child in children)
        {
            Tree.SyntaxNode item = Replace(child, replace);
            changed |= !ReferenceEquals(item, child);
            items.Add(item);
        }

        if (!changed)
            return children;
        Type element = (Nullable.GetUnderlyingType(type) ?? type).GetGenericArguments()[0];
        return typeof(SyntaxRewrite).GetMethod(nameof(ListOf), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(element).Invoke(null, [items])!;
    }

    private static ImmutableArray<T> ListOf<T>(List<Tree.SyntaxNode> items)
        where T : Tree.SyntaxNode => [.. items.Cast<T>()];

    private static PropertyInfo[] FindProperties(Type type) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite && HoldsNodes(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType))];

    private static bool HoldsNodes(Type type) =>
        typeof(Tree.SyntaxNode).IsAssignableFrom(type)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) && typeof(Tree.SyntaxNode).IsAssignableFrom(type.GetGenericArguments()[0]));
}
