using System.Collections.Immutable;
using System.Text;

namespace QueryEngine.Fuzz.Tests.Queries;

/// <summary>What a shrinker may do with a piece of SQL.</summary>
internal enum PieceKind
{
    /// <summary>Stays.</summary>
    Fixed,

    /// <summary>A value: may become another value of its type that stands inside it, or a literal.</summary>
    Value,

    /// <summary>May go away whole.</summary>
    Optional,

    /// <summary>Children separated by commas or other joints: all but one may go away.</summary>
    List,

    /// <summary>A whole query: may become a query inside it.</summary>
    Query,
}

/// <summary>A piece of a statement: text in which <c>{0}</c>, <c>{1}</c>, ... stand for the children, and <c>{{</c> for a brace; without children it is taken as it is.</summary>
internal sealed record SqlTree(PieceKind Kind, string Template, ImmutableArray<SqlTree> Children, FuzzType Type = default)
{
    public static SqlTree Empty { get; } = new(PieceKind.Fixed, "", []);

    public static SqlTree Text(string text) => new(PieceKind.Fixed, text, []);

    public static SqlTree Fixed(string template, params ImmutableArray<SqlTree> children) => new(PieceKind.Fixed, template, children);

    public static SqlTree Value(FuzzType type, string template, params ImmutableArray<SqlTree> children) => new(PieceKind.Value, template, children, type);

    public static SqlTree Optional(string template, params ImmutableArray<SqlTree> children) => new(PieceKind.Optional, template, children);

    public static SqlTree Query(string template, params ImmutableArray<SqlTree> children) => new(PieceKind.Query, template, children);

    /// <summary>Children with the template between them.</summary>
    public static SqlTree List(string joint, IEnumerable<SqlTree> children) => new(PieceKind.List, joint, [.. children]);

    /// <summary>How many pieces there are.</summary>
    public int Size => 1 + Children.Sum(child => child.Size);

    /// <summary>The SQL text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Write(text);
        return text.ToString();
    }

    private void Write(StringBuilder text)
    {
        if (Kind == PieceKind.List)
        {
            for (int i = 0; i < Children.Length; i++)
            {
                if (i > 0)
                    text.Append(Template);
                Children[i].Write(text);
            }

            return;
        }

        if (Children.Length == 0)
        {
            text.Append(Template);
            return;
        }

        for (int at = 0; at < Template.Length; at++)
        {
            if (Template[at] == '{' && Template[at + 1] == '{')
            {
                text.Append(Template[at++]);
            }
            else if (Template[at] == '{')
            {
                int end = Template.IndexOf('}', at);
                Children[int.Parse(Template.AsSpan(at + 1, end - at - 1), System.Globalization.CultureInfo.InvariantCulture)].Write(text);
                at = end;
            }
            else
            {
                text.Append(Template[at]);
            }
        }
    }
}
