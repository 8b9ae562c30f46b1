using System.Collections.Concurrent;
using QueryEngine.Functions.Conditional;
using QueryEngine.Metadata;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Spi;
using QueryEngine.Sql;

namespace QueryEngine.Results;

/// <summary>The sequences as the functions of one query see them.</summary>
internal sealed class SessionSequences(EngineMetadata metadata, QueryContext context, Session session) : ISequences
{
    private readonly ConcurrentDictionary<string, Sequence> _found = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public long Next(string name)
    {
        Sequence sequence = Find(name);
        long value = sequence.Next();
        metadata.States.Open(session).Note(sequence, value);
        return value;
    }

    /// <inheritdoc/>
    public long Current(string name)
    {
        Sequence sequence = Find(name);
        return metadata.States.Find(session)?.ValueOf(sequence) ?? throw new QueryException(
            ErrorCode.ObjectNotInPrerequisiteState, $"currval of sequence '{sequence.Definition.Name.Table}' is not yet defined in this session", "Call nextval first.");
    }

    /// <inheritdoc/>
    public long Last() =>
        metadata.States.Find(session) is { Latest: { } latest } state && metadata.Sequences.All.Contains(latest)
            ? state.ValueOf(latest)!.Value
            : throw new QueryException(ErrorCode.ObjectNotInPrerequisiteState, "lastval is not yet defined in this session", "Call nextval first.");

    /// <inheritdoc/>
    public void Set(string name, long value, bool isCalled)
    {
        Sequence sequence = Find(name);
        sequence.Set(value, isCalled);
        if (isCalled)
            metadata.States.Open(session).NoteSet(sequence, value);
    }

    private Sequence Find(string name) => _found.GetOrAdd(name, text =>
    {
        ValueList<RequestedName> parts = SqlParser.ParseExpression(text) is Sql.Tree.ColumnReference reference
            ? reference.Name.Parts.Select(part => new RequestedName(part.Folded, part.IsQuoted)).ToValueList()
            : throw new QueryException(ErrorCode.InvalidName, $"'{text}' is not a name");
        return metadata.Sequences.Find(metadata.ResolveName(context, parts)) ?? throw new QueryException(
            ErrorCode.UndefinedTable, $"sequence '{text}' does not exist", Suggestion.DidYouMean(parts[^1].Text, metadata.Sequences.All.Select(one => one.Definition.Name.Table)));
    });
}
