using QueryEngine.Spi;

namespace QueryEngine.Metadata.Sessions;

/// <summary>A property that <c>SET SESSION</c> may set: its type, its default, and what values it takes.</summary>
public sealed record SessionPropertySpec(string Name, SqlType Type, string Default, string Description)
{
    /// <summary>Gives the text to keep, or null when the value is not accepted.</summary>
    public Func<string, string?> Normalize { get; init; } = value => value;

    /// <summary>What is accepted, as part of a sentence: "It takes ...".</summary>
    public string Accepted { get; init; } = "text";
}
