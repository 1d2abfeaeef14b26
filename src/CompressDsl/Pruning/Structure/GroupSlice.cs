using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>One dimension of one parameter or buffer along which units of a group lie.</summary>
/// <param name="Owner">The module that registers the tensor.</param>
/// <param name="Parameter">Its name there: <c>weight</c>, <c>bias</c>, <c>running_mean</c>.</param>
/// <param name="Dim">The dimension, from 0.</param>
/// <param name="Role">What the dimension is to the layer.</param>
/// <param name="Units">For every index along the dimension the unit that it belongs to, or -1 where it belongs to none.</param>
public sealed record GroupSlice(nn.Module Owner, string Parameter, int Dim, SliceRole Role, int[] Units);

/// <summary>What a sliced dimension is to its layer.</summary>
public enum SliceRole
{
    /// <summary>The outputs of a layer: rows of its weight, and its bias.</summary>
    Output,

    /// <summary>The inputs of a layer: columns of its weight.</summary>
    Input,

    /// <summary>The channels of a normalisation: weight, bias, running statistics.</summary>
    Norm,

    /// <summary>The width of an embedding.</summary>
    Table,

    /// <summary>A dimension of a parameter that a module of the user holds directly.</summary>
    Other,
}
