namespace Microsoft.CodeAnalysis;

/// <summary>The compiler keeps a type that has it from every other assembly, friends included: those may have the type from their framework.</summary>
[Embedded]
internal sealed class EmbeddedAttribute : Attribute;
