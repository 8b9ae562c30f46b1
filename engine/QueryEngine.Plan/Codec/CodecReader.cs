using System.Buffers.Binary;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Plan.Codec;

/// <summary>Reads what <see cref="CodecWriter"/> wrote.</summary>
internal ref struct CodecReader(ReadOnlySpan<byte> input, Func<string, IReadOnlyList<Type>> handleTypesOf, HandleSet? handles)
{
    private static readonly MethodInfo _makeList = typeof(ValueList).GetMethod(nameof(ValueList.ToValueList))!;
    private readonly List<string> _strings = [];
    private readonly List<Column> _columns = [];
    private readonly Dictionary<string, SqlType> _types = [];
    private ReadOnlySpan<byte> _rest = input;
    private HandleSet? _handles = handles;

    /// <summary>Whether all was read.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>The error for bytes that make no sense.</summary>
    public static QueryException Broken(string what) => new(ErrorCode.ProtocolViolation, $"a plan cannot be read: {what}");

    /// <summary>Reads a value of a declared type.</summary>
    public object? ReadValue(Type declared)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (Nullable.GetUnderlyingType(declared) is { } underlying)
            return ReadByte() == 0 ? null : ReadValue(underlying);
        if (declared == typeof(string))
            return ReadString();
        if (declared == typeof(object))
            return ReadBoxed();
        if (declared.IsAssignableTo(typeof(SqlType)))
            return ReadString() is { } name ? ReadType(name, declared) : null;
        if (declared.IsEnum)
            return Enum.ToObject(declared, ReadVarint());
        return declared.IsValueType ? ReadStruct(declared) : ReadRecord(declared);
    }

    private object ReadStruct(Type declared)
    {
        if (declared == typeof(bool))
            return ReadByte() != 0;
        if (declared == typeof(int))
            return checked((int)ReadVarint());
        if (declared == typeof(long))
            return ReadVarint();
        if (declared.IsPrimitive && declared != typeof(double) && declared != typeof(float))
            return Convert.ChangeType(ReadVarint(), declared, null);
        if (declared == typeof(double))
            return BinaryPrimitives.ReadDoubleLittleEndian(Take(8));
        if (declared == typeof(float))
            return BinaryPrimitives.ReadSingleLittleEndian(Take(4));
        if (declared == typeof(Int128))
            return BinaryPrimitives.ReadInt128LittleEndian(Take(16));
        if (declared == typeof(UInt128))
            return BinaryPrimitives.ReadUInt128LittleEndian(Take(16));
        if (declared == typeof(Guid))
            return new Guid(Take(16));
        if (declared == typeof(DateTimeOffset))
            return new DateTimeOffset(ReadVarint(), TimeSpan.Zero);
        if (declared == typeof(TimeSpan))
            return TimeSpan.FromTicks(ReadVarint());
        return declared.IsGenericType && declared.GetGenericTypeDefinition() == typeof(ValueList<>)
            ? ReadList(declared.GenericTypeArguments[0])
            : ReadMembers(RecordShape.Of(declared));
    }

    private object ReadList(Type item)
    {
        var values = Array.CreateInstance(item, ReadCount());
        for (int index = 0; index < values.Length; index++)
            values.SetValue(ReadValue(item), index);
        return _makeList.MakeGenericMethod(item).Invoke(null, [values])!;
    }

    private object? ReadRecord(Type declared)
    {
        string? name = ReadString();
        if (name is null)
            return null;
        if (declared == typeof(Column))
            return ReadColumn(name);

        Type type = name.Length == 0 ? declared : FindType(name);
        if (!type.IsAssignableTo(declared) || type.IsAbstract || !RecordRegistry.IsRecord(type))
            throw Broken($"a {type.Name} where a {declared.Name} is expected");

        RecordShape shape = RecordShape.Of(type);
        if (type != typeof(TableScanNode) && type != typeof(TableWriteNode))
            return ReadMembers(shape);

        HandleSet? outer = _handles;
        _handles = new HandleSet(handleTypesOf(ReadString() ?? throw Broken("a table without a catalog")));
        object node = ReadMembers(shape);
        _handles = outer;
        return node;
    }

    private object ReadMembers(RecordShape shape)
    {
        object?[] values = new object?[shape.Members.Length];
        for (int member = 0; member < values.Length; member++)
            values[member] = ReadValue(shape.Members[member].PropertyType);
        return shape.Create(values);
    }

    private readonly Type FindType(string name)
    {
        if (name[0] != '@')
            return RecordRegistry.Find(name) ?? throw Broken($"there is no record '{name}'");
        return _handles is not null && int.TryParse(name.AsSpan(1), out int place) && place >= 0 && place < _handles.Types.Count
            ? _handles.Types[place]
            : throw Broken($"the connector has no handle '{name}'");
    }

    private Column ReadColumn(string mark)
    {
        if (mark == "#")
            return (int)ReadVarint() is var known && (uint)known < (uint)_columns.Count ? _columns[known] : throw Broken($"there is no column {known}");

        var id = new ColumnId(checked((int)ReadVarint()));
        string name = ReadString() ?? throw Broken("a column without a name");
        var column = new Column(id, name, ReadType(ReadString() ?? throw Broken("a column without a type"), typeof(SqlType)));
        _columns.Add(column);
        return column;
    }

    private readonly SqlType ReadType(string name, Type declared)
    {
        if (!_types.TryGetValue(name, out SqlType? type))
            _types.Add(name, type = SqlTypeParser.TryParse(name) ?? throw Broken($"there is no type '{name}'"));
        return type.GetType().IsAssignableTo(declared) ? type : throw Broken($"type {name} where a {declared.Name} is expected");
    }

    private object? ReadBoxed()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var tag = (BoxedTag)ReadByte();
        switch (tag)
        {
            case BoxedTag.Null: return null;
            case BoxedTag.False: return false;
            case BoxedTag.True: return true;
            case BoxedTag.Int8: return checked((sbyte)ReadVarint());
            case BoxedTag.Int16: return checked((short)ReadVarint());
            case BoxedTag.Int32: return checked((int)ReadVarint());
            case BoxedTag.Int64: return ReadVarint();
            case BoxedTag.Int128: return ReadStruct(typeof(Int128));
            case BoxedTag.UInt128: return ReadStruct(typeof(UInt128));
            case BoxedTag.Float32: return ReadStruct(typeof(float));
            case BoxedTag.Float64: return ReadStruct(typeof(double));
            case BoxedTag.Text: return ReadString();
            case BoxedTag.Number: return BigNumberBytes.Read(Take(ReadCount()));
            case BoxedTag.Bytes: return ValueList.Create(Take(ReadCount()));
            case BoxedTag.List:
                object?[] items = new object?[ReadCount()];
                for (int index = 0; index < items.Length; index++)
                    items[index] = ReadBoxed();
                return items.ToValueList();
            case BoxedTag.Map:
                var entries = new KeyValuePair<object, object?>[ReadCount()];
                for (int index = 0; index < entries.Length; index++)
                    entries[index] = new(ReadBoxed() ?? throw Broken("a map with a null key"), ReadBoxed());
                return entries.ToValueList();
            default:
                throw Broken($"there is no kind {tag} of values");
        }
    }

    private string? ReadString()
    {
        ulong mark = ReadUnsigned();
        if (mark == 0)
            return null;
        if (mark > 1)
            return mark - 2 < (ulong)_strings.Count ? _strings[(int)(mark - 2)] : throw Broken("a string that did not come before");

        ulong length = ReadUnsigned();
        string text = length <= (ulong)_rest.Length ? Encoding.UTF8.GetString(Take((int)length)) : throw Broken("it ends too early");
        _strings.Add(text);
        return text;
    }

    // Every item takes a byte at least, so that a count cannot ask for more memory than the message has.
    private int ReadCount() => ReadVarint() is var count && count >= 0 && count <= _rest.Length ? (int)count : throw Broken("a count");

    private byte ReadByte() => Take(1)[0];

    private long ReadVarint() => ReadUnsigned() is var value ? (long)(value >> 1) ^ -(long)(value & 1) : 0;

    private ulong ReadUnsigned()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = ReadByte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }

        throw Broken("a number of too many bytes");
    }

    private ReadOnlySpan<byte> Take(int bytes)
    {
        if (bytes > _rest.Length)
            throw Broken("it ends too early");
        ReadOnlySpan<byte> taken = _rest[..bytes];
        _rest = _rest[bytes..];
        return taken;
    }
}
