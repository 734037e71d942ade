using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;

namespace Millrace.Functions.Tests;

/// <summary>Which types and members of the Functions worker the app uses: those of <c>functions/functions-api.txt</c>, and no other.</summary>
/// <remarks>What the compiled app refers to counts, attributes' named arguments included. Each line of the list says where the real worker is
/// known to offer it. With <c>MILLRACE_APPROVE=1</c> the list is written anew; what is new in it then has no such place yet.</remarks>
public sealed class ApiListTests
{
    private const string Namespace = "Microsoft.Azure.Functions.";

    private static string ListPath => Path.Combine(Corpus.Repository, "functions", "functions-api.txt");

    [Fact]
    public void The_app_uses_what_the_list_has_and_nothing_else()
    {
        var used = Used();
        if (Environment.GetEnvironmentVariable("MILLRACE_APPROVE") == "1")
        {
            File.WriteAllLines(ListPath, [.. File.ReadLines(ListPath).Where(line => line.StartsWith('#')), .. used.Select(member => $"{member} | {Known().GetValueOrDefault(member, "?")}")]);
        }

        Assert.Equal(Known().Keys.Order(StringComparer.Ordinal), used);
    }

    [Fact]
    public void Each_line_of_the_list_says_where_the_member_is_described() =>
        Assert.All(Known(), member => Assert.Contains(member.Value, (string[])["fact sheet", "public source"]));

    private static Dictionary<string, string> Known() =>
        File.ReadAllLines(ListPath).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(" | ")).ToDictionary(line => line[0].Trim(), line => line[1].Trim());

    private static string[] Used()
    {
        using var file = new PEReader(File.OpenRead(typeof(Program).Assembly.Location));
        var metadata = file.GetMetadataReader();
        var used = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var type in metadata.TypeReferences.Select(metadata.GetTypeReference).Where(type => metadata.GetString(type.Namespace).StartsWith(Namespace, StringComparison.Ordinal)))
        {
            used.Add(Name(metadata, type));
        }

        foreach (var member in metadata.MemberReferences.Select(metadata.GetMemberReference).Where(member => member.Parent.Kind == HandleKind.TypeReference))
        {
            var type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
            if (metadata.GetString(type.Namespace).StartsWith(Namespace, StringComparison.Ordinal))
            {
                var signature = member.GetKind() == MemberReferenceKind.Method ? $"({string.Join(", ", member.DecodeMethodSignature(new TypeNames(), null).ParameterTypes)})" : "";
                used.Add($"{Name(metadata, type)}.{metadata.GetString(member.Name)}{signature}");
            }
        }

        // Named arguments of attributes are no references: their names stand in a blob.
        var attributes = typeof(Program).Assembly.GetTypes().SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .SelectMany(method => method.GetCustomAttributesData().Concat(method.GetParameters().SelectMany(parameter => parameter.GetCustomAttributesData())));
        foreach (var attribute in attributes.Where(attribute => attribute.AttributeType.Namespace?.StartsWith(Namespace, StringComparison.Ordinal) == true))
        {
            foreach (var argument in attribute.NamedArguments)
            {
                used.Add($"{attribute.AttributeType.FullName}.{argument.MemberName}=");
            }

            foreach (var choice in attribute.NamedArguments.Select(argument => argument.TypedValue).Concat(attribute.ConstructorArguments).Where(value => value.ArgumentType.IsEnum))
            {
                used.Add($"{choice.ArgumentType.FullName}.{Enum.GetName(choice.ArgumentType, choice.Value!)}");
            }
        }

        return [.. used];
    }

    private static string Name(MetadataReader metadata, TypeReference type) => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";

    /// <summary>Types by their short names.</summary>
    private sealed class TypeNames : ISignatureTypeProvider<string, object?>
    {
        public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[,]";

        public string GetByReferenceType(string elementType) => $"ref {elementType}";

        public string GetFunctionPointerType(MethodSignature<string> signature) => "delegate*";

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => new StringBuilder(genericType).Append('<').AppendJoin(", ", typeArguments).Append('>').ToString();

        public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";

        public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetPinnedType(string elementType) => elementType;

        public string GetPointerType(string elementType) => $"{elementType}*";

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetSZArrayType(string elementType) => $"{elementType}[]";

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => reader.GetString(reader.GetTypeDefinition(handle).Name);

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => reader.GetString(reader.GetTypeReference(handle).Name);

        public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) => "?";
    }
}
