namespace CompressDsl;

/// <summary>
/// Never pruned: what stands below keeps all its weights, whatever an attribute further up says.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Field | AttributeTargets.Property, Inherited = false)]
public sealed class KeepDenseAttribute : Attribute;
