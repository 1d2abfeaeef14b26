namespace CompressDsl.Flow;

/// <summary>A dimension of a parameter or buffer.</summary>
/// <param name="Owner">Who registers it.</param>
/// <param name="Parameter">Its name there: <c>weight</c>, <c>bias</c>, <c>running_mean</c>.</param>
/// <param name="Dim">The dimension, from 0.</param>
/// <param name="Role">What the dimension is to its layer.</param>
/// <param name="Layout">What lies along it.</param>
public sealed record Slot(object Owner, string Parameter, int Dim, SlotRole Role, Layout Layout);

/// <summary>What a dimension of a parameter is to its layer.</summary>
public enum SlotRole
{
    /// <summary>The outputs of a layer: rows of its weight, and its bias.</summary>
    Output,

    /// <summary>The inputs of a layer: columns of its weight.</summary>
    Input,

    /// <summary>The channels of a normalisation: weight, bias, running statistics.</summary>
    Norm,

    /// <summary>The width of an embedding.</summary>
    Table,

    /// <summary>A dimension of a bare parameter.</summary>
    Other,
}
