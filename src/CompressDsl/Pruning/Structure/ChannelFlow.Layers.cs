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
        PixelShuffle shuffle => PixelShuffle(x, shuffle.upscale_factor),
        PixelUnshuffle shuffle => PixelUnshuffle(x, shuffle.downscale_factor),
        GLU glu => Glu(x, (int)glu.dim),
        AdaptiveAvgPool1d pool => Pool(x, 1, pool.output_size),
        AdaptiveMaxPool1d pool => Pool(x, 1, pool.output_size),
        AdaptiveAvgPool2d pool => Pool(x, 2, Sizes(pool.output_size)),
        AdaptiveMaxPool2d pool => Pool(x, 2, Sizes(pool.output_size)),
        AdaptiveAvgPool3d pool => Pool(x, 3, Sizes(pool.output_size)),
        AdaptiveMaxPool3d pool => Pool(x, 3, Sizes(pool.output_size)),
        _ when layer.GetType().Namespace == "TorchSharp.Modules" => SimpleLayer(layer.GetType().Name, x) ?? Unknown($"a {layer.GetType().Name}", x),
        ICompressible { Compression: var compression } when compression.FollowForward(this, x) is { } followed => followed,
        _ => Unknown($"a {layer.GetType().Name}", x),
    };

    /// <summary>The call of a native attention.</summary>
    /// <param name="layer">The attention.</param>
    /// <param name="query">The queries.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="values">The values.</param>
    /// <param name="heads">How many heads it has; null where nobody says.</param>
    public (Shape Result, Shape Weights) NativeAttention(MultiheadAttention layer, Shape query, Shape keys, Shape values, Size? heads = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Size? width = layer.get_parameter(NativeWeight) is { } weight ? weight.shape[0] / 3 : null;
        return NativeAttention((object)layer, query, keys, values, heads, width);
    }

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
