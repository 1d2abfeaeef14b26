using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// A state dictionary for <c>state_dict</c> to fill that takes layers in compact storage as they are. In any other one a layer puts a dense copy of its weight.
/// </summary>
internal sealed class CompactStateDictionary : Dictionary<string, Tensor>
{
    /// <summary>The names of compact weights, and the layers that hold them; a layer that is part of a model twice has two.</summary>
    public List<KeyValuePair<string, SparseLinear>> Layers { get; } = [];
}
