using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>A dtype of the safetensors format: its name, its width, and TorchSharp's type for it where there is one.</summary>
internal sealed record SafeTensorsDtype(string Name, int Bits, ScalarType? ScalarType = null)
{
    /// <summary>Every dtype of the format, in the reference implementation's order: narrow alignment first.</summary>
    private static readonly SafeTensorsDtype[] All =
    [
        new("BOOL", 8, TorchSharp.torch.ScalarType.Bool),
        new("F4", 4),
        new("F6_E2M3", 6),
        new("F6_E3M2", 6),
        new("U8", 8, TorchSharp.torch.ScalarType.Byte),
        new("I8", 8, TorchSharp.torch.ScalarType.Int8),
        new("F8_E5M2", 8),
        new("F8_E4M3", 8),
        new("F8_E8M0", 8),
        new("I16", 16, TorchSharp.torch.ScalarType.Int16),
        new("U16", 16),
        new("F16", 16, TorchSharp.torch.ScalarType.Float16),
        new("BF16", 16, TorchSharp.torch.ScalarType.BFloat16),
        new("I32", 32, TorchSharp.torch.ScalarType.Int32),
        new("U32", 32),
        new("F32", 32, TorchSharp.torch.ScalarType.Float32),
        new("C64", 64),
        new("F64", 64, TorchSharp.torch.ScalarType.Float64),
        new("I64", 64, TorchSharp.torch.ScalarType.Int64),
        new("U64", 64),
    ];

    /// <summary>The names of the dtypes that can be read and written, for messages.</summary>
    internal static string Supported { get; } =
        string.Join(", ", All.Where(static dtype => dtype.ScalarType is not null).Select(static dtype => dtype.Name));

    /// <summary>The place in the reference implementation's order; files are laid out widest first so that every tensor stays aligned.</summary>
    internal int Order => Array.IndexOf(All, this);

    internal static SafeTensorsDtype? Find(string name) => Array.Find(All, dtype => dtype.Name == name);

    internal static SafeTensorsDtype Of(ScalarType type) => Find(type) ?? throw new ArgumentException($"{type} cannot be written; {Supported} can.", nameof(type));

    internal static SafeTensorsDtype? Find(ScalarType type) => Array.Find(All, dtype => dtype.ScalarType == type);

    /// <summary>The bytes that a tensor of this shape takes; null when they cannot be counted in 63 bits or do not fill whole bytes.</summary>
    internal long? Bytes(IReadOnlyList<long> shape)
    {
        var bits = (UInt128)Bits;
        var empty = false;
        foreach (var size in shape)
        {
            // An empty dimension is no excuse for absurd neighbours: libtorch multiplies the others for its strides.
            empty |= size == 0;
            bits *= (UInt128)Math.Max(size, 1);
            if (bits > long.MaxValue)
            {
                return null;
            }
        }

        return empty ? 0 : bits % 8 == 0 ? (long)(bits / 8) : null;
    }
}
