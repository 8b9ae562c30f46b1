using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Grouping;

/// <summary>Keys of arrays, maps and rows: one value at a time, element by element.</summary>
internal static class NestedKeyCodec
{
    /// <summary>Bytes of a value.</summary>
    public static int LengthOf(ColumnVector vector, int row)
    {
        if (vector.IsNull(row))
            return 1;
        (ColumnVector flat, int at) = Resolve(vector, row);
        switch (flat)
        {
            case ArrayVector array:
                int length = 1 + sizeof(int);
                for (int element = array.Offsets[at]; element < array.Offsets[at + 1]; element++)
                    length += LengthOf(array.Elements, element);
                return length;
            case MapVector map:
                int mapLength = 1 + sizeof(int);
                for (int entry = map.Offsets[at]; entry < map.Offsets[at + 1]; entry++)
                    mapLength += LengthOf(map.Keys, entry) + LengthOf(map.Values, entry);
                return mapLength;
            case RowVector fields:
                int rowLength = 1;
                foreach (ColumnVector field in fields.Fields)
                    rowLength += LengthOf(field, at);
                return rowLength;
            default:
                Span<int> one = [0];
                using (ColumnVector single = flat.Slice(at, 1))
                    KeyCodec.AddLengths(single, one);
                return one[0];
        }
    }

    /// <summary>Writes a value; returns the place behind it.</summary>
    public static int Write(ColumnVector vector, int row, Span<byte> target, int cursor)
    {
        if (vector.IsNull(row))
        {
            target[cursor] = 1;
            return cursor + 1;
        }

        (ColumnVector flat, int at) = Resolve(vector, row);
        switch (flat)
        {
            case ArrayVector array:
                cursor = WriteCount(array.Offsets[at + 1] - array.Offsets[at], target, cursor);
                for (int element = array.Offsets[at]; element < array.Offsets[at + 1]; element++)
                    cursor = Write(array.Elements, element, target, cursor);
                return cursor;
            case MapVector map:
                cursor = WriteCount(map.Offsets[at + 1] - map.Offsets[at], target, cursor);
                for (int entry = map.Offsets[at]; entry < map.Offsets[at + 1]; entry++)
                    cursor = Write(map.Values, entry, target, Write(map.Keys, entry, target, cursor));
                return cursor;
            case RowVector fields:
                target[cursor++] = 0;
                foreach (ColumnVector field in fields.Fields)
                    cursor = Write(field, at, target, cursor);
                return cursor;
            default:
                Span<int> one = [cursor];
                using (ColumnVector single = flat.Slice(at, 1))
                    KeyCodec.Write(single, target, one);
                return one[0];
        }
    }

    /// <summary>Reads a value back, boxed.</summary>
    public static object? Read(SqlType type, ReadOnlySpan<byte> rows, ref int cursor)
    {
        if (type.IsNested && rows[cursor] == 1)
        {
            cursor++;
            return null;
        }

        switch (type)
        {
            case ArrayType array:
                var elements = new object?[ReadCount(rows, ref cursor)];
                for (int element = 0; element < elements.Length; element++)
                    elements[element] = Read(array.Element, rows, ref cursor);
                return elements.ToValueList();
            case MapType map:
                var entries = new KeyValuePair<object, object?>[ReadCount(rows, ref cursor)];
                for (int entry = 0; entry < entries.Length; entry++)
                {
                    object key = Read(map.Key, rows, ref cursor)!;
                    entries[entry] = new(key, Read(map.Value, rows, ref cursor));
                }

                return entries.ToValueList();
            case RowType row:
                cursor++;
                var fields = new object?[row.Fields.Count];
                for (int field = 0; field < fields.Length; field++)
                    fields[field] = Read(row.Fields[field].Type, rows, ref cursor);
                return fields.ToValueList();
            default:
                Span<int> one = [cursor];
                using (VectorBuilder builder = VectorBuilder.Create(type, MemoryContext.Unlimited, 1))
                {
                    KeyCodec.Read(rows, one, builder);
                    cursor = one[0];
                    using ColumnVector value = builder.Build();
                    return value.GetValue(0);
                }
        }
    }

    private static int WriteCount(int count, Span<byte> target, int cursor)
    {
        target[cursor] = 0;
        Unsafe.WriteUnaligned(ref target[cursor + 1], count);
        return cursor + 1 + sizeof(int);
    }

    private static int ReadCount(ReadOnlySpan<byte> rows, ref int cursor)
    {
        int count = Unsafe.ReadUnaligned<int>(in rows[cursor + 1]);
        cursor += 1 + sizeof(int);
        return count;
    }

    private static (ColumnVector Flat, int Row) Resolve(ColumnVector vector, int row) => vector switch
    {
        ConstantVector constant => (constant.Value, 0),
        DictionaryVector dictionary => (dictionary.Dictionary, dictionary.Indices[row]),
        _ => (vector, row),
    };
}
