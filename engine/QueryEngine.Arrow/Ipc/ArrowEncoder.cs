using System.Runtime.InteropServices;
using QueryEngine.Arrow.FlatBuffers;
using QueryEngine.Arrow.Ipc;
using QueryEngine.Arrow.Schema;
using QueryEngine.Spi;
using Slots = QueryEngine.Arrow.FlatBuffers.ArrowFormat;

namespace QueryEngine.Arrow;

/// <summary>
/// Turns batches into the messages of one stream: the schema, then for every batch the dictionaries that changed and the batch. A text
/// column is dictionary-encoded on the wire when it is so in the first batch. Not thread-safe.
/// </summary>
public sealed class ArrowEncoder : IDisposable
{
    private readonly ArrowSchema _schema;
    private readonly MemoryContext _memory;
    private readonly bool _keepDictionaries;
    private readonly ColumnVector?[] _sentDictionaries;
    private bool[]? _dictionaryColumns;

    /// <summary>An encoder for batches whose columns are the schema's.</summary>
    public ArrowEncoder(ArrowSchema schema, MemoryContext memory, bool keepDictionaries = true)
    {
        (_schema, _memory, _keepDictionaries) = (schema, memory, keepDictionaries);
        _sentDictionaries = new ColumnVector?[schema.Fields.Count];
    }

    /// <summary>Whether the schema was given out.</summary>
    public bool IsStarted => _dictionaryColumns is not null;

    /// <summary>The message of a schema on its own, without dictionaries.</summary>
    public static ArrowMessage EncodeSchema(ArrowSchema schema) => EncodeSchema(schema, default);

    /// <summary>The messages of a batch, ahead of the first one the schema's. The caller owns the messages and keeps the batch.</summary>
    public IReadOnlyList<ArrowMessage> Encode(RecordBatch batch)
    {
        if (batch.ColumnCount != _schema.Fields.Count)
            throw new ArgumentException($"a batch of {batch.ColumnCount} columns for a schema of {_schema.Fields.Count}", nameof(batch));

        var messages = new List<ArrowMessage>();
        try
        {
            if (_dictionaryColumns is null)
                messages.Add(Start(batch));
            EncodeDictionaries(batch, messages);
            messages.Add(EncodeBatch(batch));
            return messages;
        }
        catch
        {
            foreach (ArrowMessage message in messages)
                message.Dispose();
            throw;
        }
    }

    /// <summary>What is left to say when no more batches come: the schema, if there was no batch.</summary>
    public IReadOnlyList<ArrowMessage> Finish() => _dictionaryColumns is null ? [Start(batch: null)] : [];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ColumnVector? dictionary in _sentDictionaries)
            dictionary?.Dispose();
        Array.Clear(_sentDictionaries);
    }

    private ArrowMessage Start(RecordBatch? batch)
    {
        _dictionaryColumns = new bool[_schema.Fields.Count];
        for (int column = 0; batch is not null && _keepDictionaries && column < _dictionaryColumns.Length; column++)
            _dictionaryColumns[column] = IsWorthKeeping(batch[column]);
        return EncodeSchema(_schema, _dictionaryColumns);
    }

    /// <summary>A dictionary vector may also be a few selected rows of a large flat vector; such a "dictionary" is not worth sending.</summary>
    private static bool IsWorthKeeping(ColumnVector vector) =>
        vector is DictionaryVector { Dictionary: BytesVector dictionary } && dictionary.Length <= Math.Max(vector.Length / 2, 16);

    private void EncodeDictionaries(RecordBatch batch, List<ArrowMessage> messages)
    {
        for (int column = 0; column < batch.ColumnCount; column++)
        {
            if (!_dictionaryColumns![column])
                continue;

            // A column that comes flat, or as rows of something large, is its own dictionary.
            ColumnVector vector = batch[column];
            if (IsWorthKeeping(vector))
            {
                ColumnVector dictionary = ((DictionaryVector)vector).Dictionary;
                if (ReferenceEquals(dictionary, _sentDictionaries[column]))
                    continue;

                dictionary.Retain();
                Replace(column, dictionary);
            }
            else
            {
                Replace(column, null);
            }

            using var body = new BodyWriter(_memory, (_sentDictionaries[column] ?? vector).SizeInBytes);
            VectorWriter.Write(body, _sentDictionaries[column] ?? vector, _memory);
            messages.Add(Complete(body, (_sentDictionaries[column] ?? vector).Length, dictionaryId: column));
        }
    }

    private void Replace(int column, ColumnVector? dictionary)
    {
        _sentDictionaries[column]?.Dispose();
        _sentDictionaries[column] = dictionary;
    }

    private ArrowMessage EncodeBatch(RecordBatch batch)
    {
        using var body = new BodyWriter(_memory, batch.SizeInBytes + (batch.ColumnCount * 32L));
        for (int column = 0; column < batch.ColumnCount; column++)
        {
            if (_dictionaryColumns![column])
                WriteIndices(body, batch[column], isOwnDictionary: _sentDictionaries[column] is null);
            else
                VectorWriter.Write(body, batch[column], _memory);
        }

        return Complete(body, batch.RowCount, dictionaryId: null);
    }

    private static void WriteIndices(BodyWriter body, ColumnVector vector, bool isOwnDictionary)
    {
        int nulls = vector.Validity.CountNulls(vector.Length);
        body.AddNode(vector.Length, nulls);
        VectorWriter.WriteValidity(body, vector, nulls);
        if (!isOwnDictionary)
        {
            body.AddBuffer(((DictionaryVector)vector).Indices);
            return;
        }

        Span<int> rows = MemoryMarshal.Cast<byte, int>(body.AddBuffer(vector.Length * sizeof(int)));
        for (int row = 0; row < rows.Length; row++)
            rows[row] = row;
    }

    private static ArrowMessage EncodeSchema(ArrowSchema schema, ReadOnlySpan<bool> dictionaries)
    {
        var builder = new FlatBuilder();
        int table = SchemaWriter.Write(builder, schema, dictionaries);
        return new ArrowMessage(FinishMessage(builder, MessageKind.Schema, table, bodyLength: 0), body: null, bodyLength: 0);
    }

    private static ArrowMessage Complete(BodyWriter body, long rows, long? dictionaryId)
    {
        var builder = new FlatBuilder();
        int nodes = builder.CreateStructs(body.Nodes);
        int buffers = builder.CreateStructs(body.Buffers);
        builder.StartTable(Slots.RecordBatch.Slots);
        builder.Add(Slots.RecordBatch.Length, rows);
        builder.AddOffset(Slots.RecordBatch.Nodes, nodes);
        builder.AddOffset(Slots.RecordBatch.Buffers, buffers);
        int table = builder.EndTable();
        var kind = MessageKind.RecordBatch;
        if (dictionaryId is { } id)
        {
            builder.StartTable(Slots.DictionaryBatch.Slots);
            builder.Add(Slots.DictionaryBatch.Id, id);
            builder.AddOffset(Slots.DictionaryBatch.Data, table);
            table = builder.EndTable();
            kind = MessageKind.DictionaryBatch;
        }

        byte[] header = FinishMessage(builder, kind, table, body.Length);
        int length = body.Length;
        return new ArrowMessage(header, body.Take(), length);
    }

    private static byte[] FinishMessage(FlatBuilder builder, MessageKind kind, int table, long bodyLength)
    {
        builder.StartTable(Slots.Message.Slots);
        builder.Add(Slots.Message.BodyLength, bodyLength);
        builder.AddOffset(Slots.Message.Header, table);
        builder.Add(Slots.Message.HeaderType, (byte)kind);
        builder.Add(Slots.Message.Version, Slots.VersionV5);
        return builder.Finish(builder.EndTable());
    }
}
