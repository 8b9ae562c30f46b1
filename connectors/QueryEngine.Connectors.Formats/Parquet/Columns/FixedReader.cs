using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Columns;

/// <summary>Decodes into vectors of a fixed width. The dictionary is converted once; codes are looked up in it.</summary>
internal abstract unsafe class FixedReader<T>(SqlType type, MemoryContext memory) : ValueReader(type, memory)
    where T : unmanaged
{
    private readonly NativeScratch _codes = new();
    private readonly NativeScratch _dictionary = new();
    private int _dictionaryCount;
    private NativeBuffer? _output;
    private long _capacity;

    /// <inheritdoc/>
    public override void StartChunk() => _dictionaryCount = 0;

    /// <inheritdoc/>
    public override void Begin(int capacity)
    {
        _output?.Dispose();
        _output = null;
        _output = Memory.Allocate((long)capacity * sizeof(T) + OutputPadding);
        _capacity = capacity;
    }

    /// <inheritdoc/>
    public override void Read(int position, int slots, int values, byte* validity)
    {
        if (position + slots > _capacity)
        {
            _output = Enlarge(_output!, (long)position * sizeof(T), ((long)position + slots) * sizeof(T));
            _capacity = (_output.Capacity - OutputPadding) / sizeof(T);
        }

        T* target = (T*)_output!.Pointer + position;
        if (IsDictionaryPage)
        {
            int* codes = (int*)_codes.Ensure((long)values * sizeof(int));
            ReadCodes(codes, values, _dictionaryCount);
            Gather((T*)_dictionary.Pointer, codes, target, values);
        }
        else
        {
            ReadPlain(target, values);
        }
        if (values != slots)
            Spread(target, slots, values, validity, position);
    }

    /// <inheritdoc/>
    public override ColumnVector Finish(int slots, NativeBuffer? validity)
    {
        NativeBuffer output = _output!;
        _output = null;
        return new FixedWidthVector<T>(Type, slots, output, validity);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _output?.Dispose();
        _output = null;
        _codes.Dispose();
        _dictionary.Dispose();
    }

    /// <summary>Decodes and converts values of a page without dictionary codes.</summary>
    protected abstract void ReadPlain(T* target, int values);

    /// <summary>Room for a dictionary of <paramref name="count"/> converted values.</summary>
    protected T* AllocateDictionary(int count)
    {
        _dictionaryCount = count;
        return (T*)_dictionary.Ensure((long)count * sizeof(T));
    }

    /// <summary>Looks up codes that were checked to be in the dictionary.</summary>
    private static void Gather(T* dictionary, int* codes, T* target, int count)
    {
        int value = 0;
        if (sizeof(T) == 8 && Avx2.IsSupported)
        {
            for (; value <= count - 8; value += 8)
            {
                Vector256<long> low = Avx2.GatherVector256((long*)dictionary, Vector128.Load(codes + value), 8);
                Vector256<long> high = Avx2.GatherVector256((long*)dictionary, Vector128.Load(codes + value + 4), 8);
                low.Store((long*)target + value);
                high.Store((long*)target + value + 4);
            }
        }
        else if (sizeof(T) == 4 && Avx2.IsSupported)
        {
            for (; value <= count - 8; value += 8)
                Avx2.GatherVector256((int*)dictionary, Vector256.Load(codes + value), 4).Store((int*)target + value);
        }
        for (; value < count; value++)
            target[value] = Unsafe.Add(ref *dictionary, codes[value]);
    }
}
