using QueryEngine.Spi;

namespace QueryEngine.Execution.Grouping;

/// <summary>
/// Numbers distinct rows of keys from 0, in the order in which they come. NULLs are equal to each other, -0.0 to 0.0, NaN to NaN.
/// Not thread-safe.
/// </summary>
internal abstract class GroupKeys : IDisposable
{
    /// <summary>How many distinct rows there are.</summary>
    public int Count { get; protected set; }

    /// <summary>Keys of these types, laid out as suits them.</summary>
    public static GroupKeys Create(IReadOnlyList<SqlType> types, MemoryContext memory)
    {
        GroupKeys table = CreateTable(types, memory);
        return CodedKeys.MayFit(types) ? new CodedKeys(types, table) : table;
    }

    /// <summary>As <see cref="Create"/>, for keys that are expected to be many.</summary>
    public static GroupKeys CreateTable(IReadOnlyList<SqlType> types, MemoryContext memory)
    {
        if (types.Count == 1 && LongKeys.Fits(types[0]))
            return new LongKeys(types[0], memory);
        return types.All(type => type.Physical < PhysicalType.Bytes) ? new FixedRowKeys(types, memory) : new VariableRowKeys(types, memory);
    }

    /// <summary>Writes the number of each row's keys to <paramref name="groups"/>, new ones included.</summary>
    public abstract void Resolve(ReadOnlySpan<ColumnVector> keys, int rowCount, Span<int> groups);

    /// <summary>The keys of some groups as flat columns, which the caller owns.</summary>
    public abstract ColumnVector[] Build(int first, int count);

    /// <summary>Looks groups up without making new ones. Many finders may work at once while the groups do not change.</summary>
    public abstract KeyFinder NewFinder();

    /// <summary>Makes room for so many groups at once, where that many are expected.</summary>
    public abstract void Reserve(int groups);

    /// <summary>Forgets all groups and keeps the room.</summary>
    public abstract void Clear();

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what is held.</summary>
    protected abstract void Release();
}

/// <summary>Looks keys up; one a driver.</summary>
internal abstract class KeyFinder : IDisposable
{
    /// <summary>Writes the number of each row's keys, -1 where there is none.</summary>
    public abstract void Find(ReadOnlySpan<ColumnVector> keys, int rowCount, Span<int> groups);

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what is held.</summary>
    protected abstract void Release();
}
