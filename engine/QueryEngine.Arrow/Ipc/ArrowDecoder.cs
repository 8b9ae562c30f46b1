using QueryEngine.Arrow.FlatBuffers;
using QueryEngine.Arrow.Ipc;
using QueryEngine.Arrow.Schema;
using QueryEngine.Spi;
using Slots = QueryEngine.Arrow.FlatBuffers.ArrowFormat;

namespace QueryEngine.Arrow;

/// <summary>
/// Turns the messages of one stream back into batches. The vectors are windows into the messages' bodies where the layouts agree.
/// Everything is checked: damaged or hostile messages give INVALID_DATA. Not thread-safe.
/// </summary>
public sealed class ArrowDecoder(MemoryContext memory) : IDisposable
{
    private readonly Dictionary<long, ColumnVector> _dictionaries = [];
    private readonly Dictionary<long, ArrowColumn> _dictionaryColumns = [];
    private ArrowColumn[]? _columns;

    /// <summary>The schema, once its message has come.</summary>
    public ArrowSchema? Schema { get; private set; }

    /// <summary>The batch in a message; null for a message of schema or dictionary. The caller owns the batch and keeps the message.</summary>
    public RecordBatch? Decode(ArrowMessage message)
    {
        FlatTable root = FlatTable.Root(message.Header.Span);
        if (root.Get<short>(Slots.Message.Version) is var version and (< 3 or > Slots.VersionV5))
            throw QueryException.NotSupported($"Arrow metadata version {version + 1}");
        if (root.Get<long>(Slots.Message.BodyLength) > message.BodyLength)
            throw BodyReader.Broken("the body is shorter than its message says");

        FlatTable header = root.GetTable(Slots.Message.Header);
        switch ((MessageKind)root.Get<byte>(Slots.Message.HeaderType))
        {
            case MessageKind.Schema:
                ReadSchema(header);
                return null;
            case MessageKind.DictionaryBatch:
                ReadDictionary(header, message);
                return null;
            case MessageKind.RecordBatch:
                return ReadBatch(header, message);
            case MessageKind.None:
            default:
                throw QueryException.NotSupported($"Arrow message kind {root.Get<byte>(Slots.Message.HeaderType)}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ColumnVector dictionary in _dictionaries.Values)
            dictionary.Dispose();
        _dictionaries.Clear();
    }

    /// <summary>Takes the schema from a message's or a footer's table.</summary>
    internal void ReadSchema(FlatTable schema)
    {
        _columns = SchemaReader.ReadColumns(schema);
        Schema = SchemaReader.ReadSchema(schema, _columns);
        foreach (ArrowColumn column in _columns)
            NoteDictionaries(column);
    }

    private void NoteDictionaries(ArrowColumn column)
    {
        if (column.Dictionary is { } reference)
            _dictionaryColumns[reference.Id] = column with { Dictionary = null, Type = column.DecodedType };
        foreach (ArrowColumn child in column.Children)
            NoteDictionaries(child);
    }

    private void ReadDictionary(FlatTable header, ArrowMessage message)
    {
        long id = header.Get<long>(Slots.DictionaryBatch.Id);
        if (!_dictionaryColumns.TryGetValue(id, out ArrowColumn? column))
            throw BodyReader.Broken($"dictionary {id} belongs to no column");

        var body = new BodyReader(header.GetTable(Slots.DictionaryBatch.Data), message.BodyBuffer, message.BodyLength, memory);
        ColumnVector values = VectorReader.Read(ref body, column, _dictionaries);
        if (_dictionaries.Remove(id, out ColumnVector? old))
        {
            if (header.Get<byte>(Slots.DictionaryBatch.IsDelta) != 0)
                values = Append(old, values);
            old.Dispose();
        }

        _dictionaries[id] = values;
    }

    private ColumnVector Append(ColumnVector first, ColumnVector second)
    {
        using var builder = VectorBuilder.Create(first.Type, memory, first.Length + second.Length);
        foreach (ColumnVector part in (ReadOnlySpan<ColumnVector>)[first, second])
        {
            for (int row = 0; row < part.Length; row++)
                builder.AppendFrom(part, row);
        }

        second.Dispose();
        return builder.Build();
    }

    private RecordBatch ReadBatch(FlatTable header, ArrowMessage message)
    {
        if (_columns is null)
            throw BodyReader.Broken("a batch came before the schema");

        var body = new BodyReader(header, message.BodyBuffer, message.BodyLength, memory);
        var vectors = new ColumnVector[_columns.Length];
        int read = 0;
        try
        {
            for (; read < vectors.Length; read++)
            {
                vectors[read] = VectorReader.Read(ref body, _columns[read], _dictionaries);
                if (vectors[read].Length == body.RowCount)
                    continue;

                vectors[read++].Dispose();
                throw BodyReader.Broken("columns of different lengths");
            }
        }
        catch
        {
            for (int column = 0; column < read && column < vectors.Length; column++)
            {
                if (!vectors[column].IsReleased)
                    vectors[column].Dispose();
            }

            throw;
        }

        return new RecordBatch(vectors, body.RowCount);
    }
}
