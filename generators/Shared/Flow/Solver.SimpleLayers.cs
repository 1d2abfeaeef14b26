namespace CompressDsl.Flow;

/// <content>Layers that have nothing for every channel, by the names of their classes.</content>
public partial class Solver
{
    private static readonly HashSet<string> ElementWise = new(StringComparer.Ordinal)
    {
        "Identity", "ReLU", "ReLU6", "GELU", "SiLU", "Mish", "ELU", "CELU", "SELU", "RReLU", "LeakyReLU", "Tanh", "Tanhshrink", "Hardtanh", "Hardswish",
        "Hardshrink", "Softshrink", "Softsign", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d",
    };

    private static readonly HashSet<string> Filling = new(StringComparer.Ordinal) { "Sigmoid", "LogSigmoid", "Hardsigmoid", "Softplus", "Threshold", "AlphaDropout", "FeatureAlphaDropout" };

    private static readonly string[] Pooling = ["AvgPool", "MaxPool", "LPPool", "FractionalMaxPool", "AdaptiveAvgPool", "AdaptiveMaxPool", "ZeroPad", "ConstantPad", "ReflectionPad", "ReplicationPad"];

    /// <summary>What a layer without channels of its own does to those of its input; null for any other.</summary>
    public Shape? SimpleLayer(string name, Shape x)
        => ElementWise.Contains(name) ? x
            : Filling.Contains(name) ? Fill(x)
            : name == "Softmax2d" ? Softmax(x, -3)
            : name == "Unfold" ? Unfold(x)
            : name == "Upsample" ? Interpolate(x)
            : Pooling.Any(kind => name.StartsWith(kind, StringComparison.Ordinal)) && name.Length > 2 && name[name.Length - 2] is >= '1' and <= '3' ? Pool(x, name[name.Length - 2] - '0')
            : null;
}
