using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QueryEngine.Columnar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Scalar.Adapters;

/// <summary>What an invocation has besides its vectors.</summary>
internal readonly ref struct Invocation(ReadOnlySpan<ColumnVector> arguments, FunctionContext context, TextOutput? output)
{
    private readonly ReadOnlySpan<ColumnVector> _arguments = arguments;

    public FunctionContext Context { get; } = context;

    public TextOutput? Output { get; } = output;

    public ColumnVector this[int argument] => _arguments[argument];
}

/// <summary>Gives a function's argument row by row.</summary>
internal interface IReader<TSelf, T>
    where TSelf : struct, IReader<TSelf, T>, allows ref struct
    where T : allows ref struct
{
    /// <summary>Opens the next argument; readers of SQL arguments advance <paramref name="next"/>.</summary>
    static abstract TSelf Open(in Invocation invocation, ref int next);

    /// <summary>The argument of a row.</summary>
    T this[int row] { get; }
}

/// <summary>Reads fixed-width values of physical type <typeparamref name="TPhysical"/> as <typeparamref name="T"/>, which has the same bits.</summary>
internal readonly ref struct FixedArgument<T, TPhysical>(ReadOnlySpan<T> values, int mask) : IReader<FixedArgument<T, TPhysical>, T>
    where T : unmanaged
    where TPhysical : unmanaged
{
    private readonly ReadOnlySpan<T> _values = values;
    private readonly int _mask = mask;

    public T this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _values[row & _mask];
    }

    public static FixedArgument<T, TPhysical> Open(in Invocation invocation, ref int next)
    {
        var reader = new FixedReader<TPhysical>(invocation[next++]);
        return new FixedArgument<T, TPhysical>(MemoryMarshal.Cast<TPhysical, T>(reader.Values), reader.IsConstant ? 0 : -1);
    }
}

/// <summary>Reads text, json and binary of any encoding.</summary>
internal readonly ref struct TextArgument(BytesReader reader) : IReader<TextArgument, Utf8>
{
    private readonly BytesReader _reader = reader;

    public Utf8 this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(_reader[row]);
    }

    public static TextArgument Open(in Invocation invocation, ref int next) => new(new BytesReader(invocation[next++]));
}

/// <summary>Reads numbers of any size.</summary>
internal readonly ref struct NumberArgument(BytesReader reader) : IReader<NumberArgument, BigNumber>
{
    private readonly BytesReader _reader = reader;

    public BigNumber this[int row] => BigNumberBytes.Read(_reader[row]);

    public static NumberArgument Open(in Invocation invocation, ref int next) => new(new BytesReader(invocation[next++]));
}

/// <summary>The context of the call.</summary>
internal readonly ref struct ContextArgument(FunctionContext context) : IReader<ContextArgument, FunctionContext>
{
    private readonly FunctionContext _context = context;

    public FunctionContext this[int row] => _context;

    public static ContextArgument Open(in Invocation invocation, ref int next) => new(invocation.Context);
}

/// <summary>The output of a text function.</summary>
internal readonly ref struct OutputArgument(TextOutput output) : IReader<OutputArgument, TextOutput>
{
    private readonly TextOutput _output = output;

    public TextOutput this[int row] => _output;

    public static OutputArgument Open(in Invocation invocation, ref int next) => new(invocation.Output!);
}

/// <summary>An object of a class, new for each batch.</summary>
internal readonly ref struct StateArgument<T>(T state) : IReader<StateArgument<T>, T>
    where T : class, new()
{
    private readonly T _state = state;

    public T this[int row] => _state;

    public static StateArgument<T> Open(in Invocation invocation, ref int next) => new(new T());
}
