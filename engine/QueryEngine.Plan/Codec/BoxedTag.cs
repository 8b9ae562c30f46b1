namespace QueryEngine.Plan.Codec;

/// <summary>What a boxed value is.</summary>
internal enum BoxedTag : byte
{
    Null,
    False,
    True,
    Int8,
    Int16,
    Int32,
    Int64,
    Int128,
    UInt128,
    Float32,
    Float64,
    Text,
    Bytes,
    List,
    Map,
    Number,
}
