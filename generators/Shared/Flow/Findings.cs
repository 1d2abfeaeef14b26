namespace CompressDsl.Flow;

/// <summary>An axis along which parameters lie, with everything that follows it.</summary>
/// <param name="Axis">The canonical axis.</param>
/// <param name="Slots">The dimensions of parameters in whose layout it occurs, with canonical layouts, in the order of their first use.</param>
/// <param name="Pin">Why it must keep its size, or null where it may lose units.</param>
/// <param name="Members">The writable sizes of the user that change with it.</param>
/// <param name="Normalisations">The normalisations that run over it.</param>
public sealed record CoupledAxis(
    Axis Axis,
    IReadOnlyList<Slot> Slots,
    Pin? Pin,
    IReadOnlyList<AxisMember> Members,
    IReadOnlyList<Normalisation> Normalisations);

/// <summary>A writable size of the user.</summary>
/// <param name="Symbol">The size.</param>
/// <param name="Layout">The canonical layout whose size it is.</param>
public sealed record AxisMember(SizeSymbol Symbol, Layout Layout);

/// <summary>A normalisation over channels.</summary>
/// <param name="Owner">The module that normalises.</param>
/// <param name="Layout">The canonical layout of what it normalises over; of several dimensions, their product.</param>
/// <param name="Kind">What it computes.</param>
public sealed record Normalisation(object Owner, Layout Layout, NormalisationKind Kind);

/// <summary>What a normalisation computes.</summary>
public enum NormalisationKind
{
    /// <summary>Subtracts the mean and divides by the standard deviation.</summary>
    Layer,

    /// <summary>Divides by the root of the mean square.</summary>
    RootMeanSquare,
}

/// <summary>What a reduction computes.</summary>
public enum ReduceKind
{
    /// <summary>A sum, which channels of zeros do not change.</summary>
    Sum,

    /// <summary>A mean, whose divisor counts the channels.</summary>
    Mean,

    /// <summary>Anything else: an extreme, a variance, a norm, a product.</summary>
    Other,
}

/// <summary>A scaled dot-product attention.</summary>
/// <param name="QueryHeads">The canonical layout of the heads of the queries.</param>
/// <param name="KeyHeads">The canonical layout of the heads of the keys.</param>
/// <param name="Where">What the solver stood at.</param>
public sealed record AttentionSite(Layout QueryHeads, Layout KeyHeads, object? Where);

/// <summary>Two layouts that meet and cannot be the same.</summary>
/// <param name="First">The one.</param>
/// <param name="Second">The other.</param>
/// <param name="Where">What the solver stood at.</param>
public sealed record Disagreement(Layout First, Layout Second, object? Where);

/// <summary>A view of another number of elements than there are.</summary>
/// <param name="Elements">How many there are.</param>
/// <param name="Sizes">The sizes of the view.</param>
/// <param name="Where">What the solver stood at.</param>
public sealed record Misfit(Size Elements, IReadOnlyList<Size> Sizes, object? Where);

/// <summary>An attention that is one block of TorchSharp's.</summary>
/// <param name="Owner">The block.</param>
/// <param name="Where">What the solver stood at.</param>
public sealed record NativeAttention(object Owner, object? Where);
