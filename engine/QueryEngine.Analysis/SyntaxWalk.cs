using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;

namespace QueryEngine.Analysis;

/// <summary>Walks syntax trees of any depth, whatever kinds of node they have: children are the properties that hold nodes.</summary>
internal static class SyntaxWalk
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> _properties = new();

    /// <summary>The node and all below it, parents first.</summary>
    public static IEnumerable<Tree.SyntaxNode> Descendants(Tree.SyntaxNode root) => Descendants(root, static _ => true);

    /// <summary>The node and all below it, parents first; without nodes of which <paramref name="isEntered"/> says no, and what is below those.</summary>
    public static IEnumerable<Tree.SyntaxNode> Descendants(Tree.SyntaxNode root, Func<Tree.SyntaxNode, bool> isEntered)
    {
        var stack = new Stack<Tree.SyntaxNode>();
        stack.Push(root);
        while (stack.TryPop(out Tree.SyntaxNode? node))
        {
            if (!isEntered(node))
                continue;
            yield return node;
            foreach (PropertyInfo property in _properties.GetOrAdd(node.GetType(), FindProperties))
            {
                switch (property.GetValue(node))
                {
                    case Tree.SyntaxNode child:
                        stack.Push(child);
                        break;
                    case IEnumerable children:
                        foreach (object? child in children)
                            if (child is Tree.SyntaxNode item)
                                stack.Push(item);
                        break;
                    default:
                        break;
                }
            }
        }
    }

    private static PropertyInfo[] FindProperties(Type type) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => HoldsNodes(property.PropertyType))];

    // Names have no relations inside; leaving them out halves the walk.
    private static bool HoldsNodes(Type type) =>
        type != typeof(Tree.Identifier) && type != typeof(Tree.QualifiedName)
        && (typeof(Tree.SyntaxNode).IsAssignableFrom(type)
            || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>)
                && type.GetGenericArguments()[0] is var item && item != typeof(Tree.Identifier) && typeof(Tree.SyntaxNode).IsAssignableFrom(item)));
}
