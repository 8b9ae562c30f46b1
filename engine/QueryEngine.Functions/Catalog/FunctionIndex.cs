using System.Reflection;
using System.Reflection.Metadata;

namespace QueryEngine.Functions.Catalog;

/// <summary>
/// The names of functions and the types that they are, out of an assembly's metadata: asking the types themselves would load every one of them, which
/// takes longer than most statements.
/// </summary>
internal static class FunctionIndex
{
    private const byte PropertyTag = 0x54;
    private const ushort Prolog = 1;

    /// <summary>A name, or another name, of a function.</summary>
    internal sealed record Entry(string TypeName, string Name, bool IsAggregate);

    /// <summary>All functions of an assembly, in no order.</summary>
    public static List<Entry> Read(Assembly assembly)
    {
        MetadataReader metadata = ReaderOf(assembly);
        var entries = new List<Entry>();
        foreach (CustomAttributeHandle handle in metadata.CustomAttributes)
        {
            CustomAttribute attribute = metadata.GetCustomAttribute(handle);
            if (attribute.Parent.Kind != HandleKind.TypeDefinition || attribute.Constructor.Kind != HandleKind.MethodDefinition)
                continue;
            TypeDefinition attributeType = metadata.GetTypeDefinition(
                metadata.GetMethodDefinition((MethodDefinitionHandle)attribute.Constructor).GetDeclaringType());
            bool isScalar = metadata.StringComparer.Equals(attributeType.Name, nameof(ScalarFunctionAttribute));
            bool isAggregate = metadata.StringComparer.Equals(attributeType.Name, nameof(AggregateFunctionAttribute));
            if (!isScalar && !isAggregate)
                continue;

            string type = NameOf(metadata, metadata.GetTypeDefinition((TypeDefinitionHandle)attribute.Parent));
            foreach (string name in NamesIn(metadata.GetBlobReader(attribute.Value)))
                entries.Add(new Entry(type, name, isAggregate));
        }

        return entries;
    }

    // The bytes are the loaded assembly's own and stay where they are as long as it does.
    private static unsafe MetadataReader ReaderOf(Assembly assembly) =>
        assembly.TryGetRawMetadata(out byte* bytes, out int length)
            ? new MetadataReader(bytes, length)
            : throw new InvalidOperationException($"assembly {assembly.GetName().Name} has no metadata");

    private static string NameOf(MetadataReader metadata, TypeDefinition type)
    {
        string name = metadata.GetString(type.Name);
        if (!type.IsNested)
            return type.Namespace.IsNil ? name : $"{metadata.GetString(type.Namespace)}.{name}";
        return $"{NameOf(metadata, metadata.GetTypeDefinition(type.GetDeclaringType()))}+{name}";
    }

    // ECMA-335, II.23.3: a prolog, the constructor's arguments (name and description), then properties with their types and names.
    private static List<string> NamesIn(BlobReader blob)
    {
        if (blob.ReadUInt16() != Prolog)
            throw new BadImageFormatException("an attribute has no prolog");
        var names = new List<string> { blob.ReadSerializedString()! };
        blob.ReadSerializedString();
        int properties = blob.ReadUInt16();
        for (int property = 0; property < properties; property++)
        {
            if (blob.ReadByte() != PropertyTag)
                throw new BadImageFormatException("an attribute has something else than properties");
            SerializationTypeCode type = blob.ReadSerializationTypeCode();
            if (type == SerializationTypeCode.SZArray)
                blob.ReadSerializationTypeCode();
            string name = blob.ReadSerializedString()!;
            switch (type)
            {
                case SerializationTypeCode.SZArray:
                    int length = blob.ReadInt32();
                    for (int item = 0; item < length; item++)
                        names.Add(blob.ReadSerializedString()!);
                    break;
                case SerializationTypeCode.String:
                    blob.ReadSerializedString();
                    break;
                case SerializationTypeCode.Boolean:
                    blob.ReadBoolean();
                    break;
                default:
                    throw new BadImageFormatException($"property {name} of an attribute is a {type}");
            }
        }

        return names;
    }
}
