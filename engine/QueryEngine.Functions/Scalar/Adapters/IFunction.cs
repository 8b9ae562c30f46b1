namespace QueryEngine.Functions.Scalar.Adapters;

/// <summary>
/// A scalar function as a struct with one static method. Strict: called for rows without nulls only. Arguments are the physical CLR types,
/// <see cref="Utf8"/> for text, <see cref="SqlDate"/> and its kin for times; besides them a function may ask for the <see cref="FunctionContext"/>, for a
/// <see cref="TextOutput"/> to write its result to (which then is <see cref="Text"/>), and for any class with an empty constructor, of which one
/// object lives as long as a batch (caches). The result is a physical type, a nullable one, or <see cref="Text"/>.
/// </summary>
internal interface IFunction<TResult>
{
    /// <summary>The result of a row.</summary>
    static abstract TResult Invoke();
}

/// <inheritdoc cref="IFunction{TResult}"/>
internal interface IFunction<T1, TResult>
    where T1 : allows ref struct
{
    /// <summary>The result of a row.</summary>
    static abstract TResult Invoke(T1 first);
}

/// <inheritdoc cref="IFunction{TResult}"/>
internal interface IFunction<T1, T2, TResult>
    where T1 : allows ref struct
    where T2 : allows ref struct
{
    /// <summary>The result of a row.</summary>
    static abstract TResult Invoke(T1 first, T2 second);
}

/// <inheritdoc cref="IFunction{TResult}"/>
internal interface IFunction<T1, T2, T3, TResult>
    where T1 : allows ref struct
    where T2 : allows ref struct
    where T3 : allows ref struct
{
    /// <summary>The result of a row.</summary>
    static abstract TResult Invoke(T1 first, T2 second, T3 third);
}

/// <inheritdoc cref="IFunction{TResult}"/>
internal interface IFunction<T1, T2, T3, T4, TResult>
    where T1 : allows ref struct
    where T2 : allows ref struct
    where T3 : allows ref struct
    where T4 : allows ref struct
{
    /// <summary>The result of a row.</summary>
    static abstract TResult Invoke(T1 first, T2 second, T3 third, T4 fourth);
}

/// <inheritdoc cref="IFunction{TResult}"/>
internal interface IFunction<T1, T2, T3, T4, T5, TResult>
    where T1 : allows ref struct
    where T2 : allows ref struct
    where T3 : allows ref struct
    where T4 : allows ref struct
    where T5 : allows ref struct
{
    /// <summary>The result of a row.</summary>
    static abstract TResult Invoke(T1 first, T2 second, T3 third, T4 fourth, T5 fifth);
}
