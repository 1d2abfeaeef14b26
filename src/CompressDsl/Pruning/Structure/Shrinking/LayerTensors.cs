using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Puts a new parameter or buffer into a layer, in the place of the one that it has.</summary>
internal static class LayerTensors
{
    /// <summary>How a tensor of a layer is replaced. The old one may be disposed or not.</summary>
    /// <param name="place">The layer and the name of the tensor.</param>
    /// <exception cref="ArgumentException">Nobody knows how.</exception>
    public static Action<Tensor> SetterOf(SlicedTensor.Place place) => (place.Owner, place.Name) switch
    {
        // The setters of `weight` ask the old weight for its handle, which throws where the layer that it is tied to has disposed it: forget it first.
        (Linear layer, "weight") => value => (Weight(layer), layer.weight) = (null, (Parameter)value),
        (Linear layer, "bias") => value => layer.bias = (Parameter)value,
        (SparseLinear layer, "weight") => value => layer.weight = (Parameter)value,
        (SparseLinear layer, "bias") => value => layer.bias = (Parameter)value,
        (Convolution layer, "weight") => value => (Weight(layer), layer.weight) = (null, (Parameter)value),
        (Convolution layer, "bias") => value => layer.bias = (Parameter)value,
        (NormBase layer, "weight") => value => (Weight(layer), layer.weight) = (null, (Parameter)value),
        (NormBase layer, "bias") => value => layer.bias = (Parameter)value,
        (NormBase layer, "running_mean") => value => layer.running_mean = value,
        (NormBase layer, "running_var") => value => layer.running_var = value,
        (LayerNorm layer, "weight") => value => (Weight(layer), layer.weight) = (null, (Parameter)value),
        (LayerNorm layer, "bias") => value => layer.bias = (Parameter)value,
        (GroupNorm layer, "weight") => value => (Weight(layer), layer.weight) = (null, (Parameter)value),
        (GroupNorm layer, "bias") => value => layer.bias = (Parameter)value,
        (PReLU layer, "weight") => value => (Weight(layer), layer.weight) = (null, (Parameter)value),
        (Embedding layer, "weight") => value => layer.weight = (Parameter)value,
        _ => throw new ArgumentException($"{place} cannot be sliced: it is no tensor of a layer that is known."),
    };

    /// <summary>Registers what a field of a module of the user holds now.</summary>
    public static void Register(nn.Module module, string name, Tensor value)
    {
        if (value is Parameter parameter)
        {
            RegisterParameter(module, name, parameter);
        }
        else
        {
            RegisterBuffer(module, name, value, persistent: module.state_dict().ContainsKey(name));
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_weight")]
    private static extern ref Parameter? Weight(Linear layer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_weight")]
    private static extern ref Parameter? Weight(Convolution layer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_weight")]
    private static extern ref Parameter? Weight(NormBase layer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_weight")]
    private static extern ref Parameter? Weight(LayerNorm layer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_weight")]
    private static extern ref Parameter? Weight(GroupNorm layer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_weight")]
    private static extern ref Parameter? Weight(PReLU layer);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ConditionallyRegisterParameter")]
    private static extern void RegisterParameter(nn.Module module, string name, Parameter? value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ConditionallyRegisterBuffer")]
    private static extern void RegisterBuffer(nn.Module module, string name, Tensor? value, bool persistent);
}
