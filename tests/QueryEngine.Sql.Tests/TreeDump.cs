using System.Collections;
using System.Reflection;
using System.Text;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Tests;

/// <summary>Shows everything a tree holds but positions, to compare trees.</summary>
internal static class TreeDump
{
    private static readonly Dictionary<Type, PropertyInfo[]> _properties = [];

    /// <summary>The node as text, by reflection and so independent of the formatter.</summary>
    public static string Of(SyntaxNode node)
    {
        var text = new StringBuilder();
        Append(text, node);
        return text.ToString();
    }

    private static void Append(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append('-');
                break;
            case SyntaxNode node:
                text.Append('(').Append(node.GetType().Name);
                foreach (var property in PropertiesOf(node.GetType()))
                {
                    text.Append(' ').Append(property.Name).Append('=');
                    Append(text, property.GetValue(node));
                }

                text.Append(')');
                break;
            case string constant:
                text.Append('\'').Append(constant).Append('\'');
                break;
            case IEnumerable items:
                text.Append('[');
                foreach (object? item in items)
                {
                    Append(text, item);
                    text.Append(' ');
                }

                text.Append(']');
                break;
            default:
                text.Append(value);
                break;
        }
    }

    private static PropertyInfo[] PropertiesOf(Type type)
    {
        lock (_properties)
        {
            if (_properties.TryGetValue(type, out var known))
                return known;

            // What can be set is what the tree holds; the rest is derived from it.
            var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.CanWrite && property.Name != nameof(SyntaxNode.Position))
                .ToArray();
            return _properties[type] = properties;
        }
    }
}
