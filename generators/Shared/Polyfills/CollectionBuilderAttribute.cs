using Microsoft.CodeAnalysis;

namespace System.Runtime.CompilerServices;

/// <summary>Who makes a collection of this type from a collection expression, where the framework is too old to have it.</summary>
[Embedded]
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface)]
internal sealed class CollectionBuilderAttribute(Type builderType, string methodName) : Attribute
{
    public Type BuilderType { get; } = builderType;

    public string MethodName { get; } = methodName;
}
