using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl.Flow;

/// <content>What TorchSharp's own layers do to channels.</content>
public sealed partial class ChannelFlow
{
    /// <summary>The call of a layer: of TorchSharp, or of a module with a flow of its own.</summary>
    public Shape Call(nn.Module? layer, Shape x) => layer switch
    {
        null => null!,
        Linear linear => LinearLayer(linear, x, linear.in_features, linear.out_features, linear.bias is not null),
        SparseLinear linear => LinearLayer(linear, x, linear.in_features, linear.out_features, linear.bias is not null),
        Convolution convolution => Convolve(convolution, x),
        Embedding embedding => EmbeddingLayer(embedding, x, embedding.get_parameter("weight")!.shape[1]),
        NormBase norm => BatchNormLayer(norm, x, norm.num_features, norm.affine, norm.track_running_stats, RankOf(norm)),
        LayerNorm norm => LayerNormLayer(
            norm, x, [.. norm.normalized_shape.Select(static size => (Size)size)], norm.elementwise_affine, norm.get_parameter("bias") is not null),
        GroupNorm norm => GroupNormLayer(norm, x, norm.num_groups, norm.get_parameter("weight")?.shape[0] ?? SizeAt(x, 1), norm.affine),
        PReLU prelu => VectorLayer(prelu, x, "weight", prelu.num_parameters),
        Sequential sequential => Sequential(sequential, x, static (flow, module, shape) => flow.Call(module, shape)),
        Flatten flatten => Flatten(x, (int)flatten.start_dim, (int)flatten.end_dim),
        Unflatten unflatten => Unflatten(x, (int)unflatten.dim, [.. unflatten.unflattened_size.Select(static size => (Size)size)]),
        Softmax softmax => Mix(x, (int)softmax.dim),
        LogSoftmax softmax => Mix(x, (int)softmax.dim),
        Softmin softmin => Mix(x, (int)softmin.dim),
        GLU glu => Glu(x, (int)glu.dim),
        AdaptiveAvgPool1d pool => Pool(x, 1, pool.output_size),
        AdaptiveMaxPool1d pool => Pool(x, 1, pool.output_size),
        AdaptiveAvgPool2d pool => Pool(x, 2, Sizes(pool.output_size)),
        AdaptiveMaxPool2d pool => Pool(x, 2, Sizes(pool.output_size)),
        AdaptiveAvgPool3d pool => Pool(x, 3, Sizes(pool.output_size)),
        AdaptiveMaxPool3d pool => Pool(x, 3, Sizes(pool.output_size)),
        _ when layer.GetType().Namespace == "TorchSharp.Modules" => Known(layer, x),
        ICompressible { Compression: var compression } when compression.Follow(this, x) is { } followed => followed,
        _ => Unknown($"{layer.GetName()}, a {layer.GetType().Name},", x),
    };

    /// <summary>Layers one after the other.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="x">What goes into the first.</param>
    /// <param name="call">The call of each.</param>
    public Shape Sequential(Sequential layers, Shape x, Func<ChannelFlow, nn.Module<Tensor, Tensor>, Shape, Shape> call)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(call);
        return layers.children().Aggregate(x, (shape, layer) =>
            layer is nn.Module<Tensor, Tensor> unary ? call(this, unary, shape) : Unknown(layer.GetName(), shape));
    }

    // By name: what changes neither, what changes positions, and the rest.
    private Shape Known(nn.Module layer, Shape x) => layer.GetType().Name switch
    {
        "AvgPool1d" or "MaxPool1d" or "LPPool1d" => Pool(x, 1),
        "AvgPool2d" or "MaxPool2d" or "LPPool2d" or "FractionalMaxPool2d" => Pool(x, 2),
        "AvgPool3d" or "MaxPool3d" or "FractionalMaxPool3d" => Pool(x, 3),
        "Upsample" => Interpolate(x),
        "ZeroPad2d" or "ConstantPad2d" or "ReflectionPad2d" or "ReplicationPad2d" => Pool(x, 2),
        "ConstantPad1d" or "ReflectionPad1d" or "ReplicationPad1d" => Pool(x, 1),
        "ConstantPad3d" or "ReflectionPad3d" or "ReplicationPad3d" => Pool(x, 3),
        "Identity" or "ReLU" or "ReLU6" or "GELU" or "SiLU" or "Mish" or "ELU" or "CELU" or "SELU" or "RReLU" or "LeakyReLU" or "Tanh" or "Tanhshrink" or "Sigmoid"
            or "LogSigmoid" or "Hardtanh" or "Hardswish" or "Hardsigmoid" or "Hardshrink" or "Softplus" or "Softshrink" or "Softsign" or "Threshold" or "Dropout" or "Dropout1d"
            or "Dropout2d" or "Dropout3d" or "AlphaDropout" or "FeatureAlphaDropout" => Follow(x),
        var name => Unknown(name, x),
    };

    private Shape Convolve(Convolution layer, Shape x) => ConvLayer(
        layer, x, layer.kernel_size.Length, layer.in_channels, layer.out_channels, layer.groups, layer.transposed, layer.bias is not null);

    private static int? RankOf(NormBase norm) => norm switch
    {
        BatchNorm2d or InstanceNorm2d => 4,
        BatchNorm3d or InstanceNorm3d => 5,
        InstanceNorm1d => 3,
        _ => null,
    };
}
