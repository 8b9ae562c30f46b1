using System.Text;
using QueryEngine.Spi;
using QueryEngine.Sql;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Cli.Running;

/// <summary>
/// Collects lines until they make statements: a statement ends at a semicolon outside of texts, names and comments; a line that begins
/// with a backslash where no statement has begun is a command.
/// </summary>
internal sealed class ScriptReader(string? origin)
{
    // An attempt to split costs as much as the text that is pending. Very long statements that have semicolons in their texts are
    // therefore tried again only when they have doubled.
    private const int AlwaysTried = 1 << 18;

    private readonly StringBuilder _pending = new();
    private int _firstLine = 1;
    private int _line = 1;
    private int _triedAt;

    /// <summary>Whether a statement has begun.</summary>
    public bool HasPending { get; private set; }

    /// <summary>Takes a line and gives what it completes.</summary>
    public IReadOnlyList<ScriptStatement> Add(string line)
    {
        int number = _line++;
        if (!HasPending && line.TrimStart().StartsWith('\\'))
        {
            Restart(_line);
            return [new ScriptStatement(line.Trim(), line, new SourcePosition(1, 1), number, origin)];
        }

        _pending.Append(line).Append('\n');
        HasPending |= !string.IsNullOrWhiteSpace(line) && !line.TrimStart().StartsWith("--", StringComparison.Ordinal);
        if (!line.Contains(';', StringComparison.Ordinal) || (_pending.Length > AlwaysTried && _pending.Length < _triedAt * 2))
            return [];
        return Split(atEnd: false);
    }

    /// <summary>Gives what is pending at the end of the input; its semicolon may be missing.</summary>
    public IReadOnlyList<ScriptStatement> Finish() => HasPending ? Split(atEnd: true) : [];

    private List<ScriptStatement> Split(bool atEnd)
    {
        string source = _pending.ToString();
        var complete = new List<ScriptStatement>();
        StatementText? rest = null;
        foreach (StatementText statement in SqlParser.SplitStatements(source))
        {
            if (statement.IsTerminated || atEnd)
                complete.Add(new ScriptStatement(statement.Text, source, statement.Position, _firstLine, origin));
            else
                rest = statement;
        }

        _triedAt = source.Length;
        if (rest is null)
        {
            if (complete.Count > 0)
                Restart(_line);
            return complete;
        }

        // What has begun keeps its columns, so that errors point to the right place of its line.
        if (complete.Count > 0)
        {
            _firstLine += rest.Position.Line - 1;
            _pending.Clear().Append(' ', rest.Position.Column - 1).Append(source.AsSpan(rest.Start));
        }

        return complete;
    }

    private void Restart(int line)
    {
        _pending.Clear();
        HasPending = false;
        _firstLine = line;
        _triedAt = 0;
    }
}
