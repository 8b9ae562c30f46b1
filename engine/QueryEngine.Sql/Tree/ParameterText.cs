namespace QueryEngine.Sql.Tree;

/// <summary>How a place for a value is written.</summary>
public enum ParameterStyle
{
    /// <summary><c>?</c></summary>
    Question,

    /// <summary><c>$1</c></summary>
    Indexed,

    /// <summary><c>@name</c></summary>
    Named,

    /// <summary><c>:name</c>, or the end of a slice: <c>a[1:n]</c></summary>
    Colon,
}

/// <summary>A place for a value, found without parsing.</summary>
/// <param name="Style">How it is written.</param>
/// <param name="Name">Its name without the mark, where it has one.</param>
/// <param name="Index">Its number, from 1, where it has one.</param>
public sealed record ParameterText(ParameterStyle Style, string? Name, int Index);
