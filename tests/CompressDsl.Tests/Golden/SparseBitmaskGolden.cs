using CompressDsl.Tests.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>vllm-project/compressed-tensors, <c>compress_weight</c> and <c>decompress_weight</c> of sparse-bitmask and sparse-24-bitmask, byte by byte.</summary>
internal static class SparseBitmaskGolden
{
    public static void Check(GoldenCase golden)
    {
        using var folder = new TemporaryFolder();
        var type = golden.Text("weight_dtype") switch
        {
            "float32" => ScalarType.Float32,
            "bfloat16" => ScalarType.BFloat16,
            "float16" => ScalarType.Float16,
            var other => throw new InvalidOperationException($"There is no check for weights of {other}."),
        };
        var format = Enum.GetValues<CompressedFormat>().Single(format => format.Name() == golden.Text("format"));
        var prefix = golden.Text("tensor_prefix")!;
        var dense = golden.Input("dense").to(type);
        CheckDecompress(golden, folder["theirs"], prefix, type);

        if (!golden.Flag("lossless"))
        {
            Assert.Contains("more than two", Assert.Throws<ArgumentException>(() => CompressedWeight.Compress(dense, format)).Message, StringComparison.Ordinal);
            return;
        }

        SafeTensors.WriteSources(folder["ours"], CompressedParts.Of($"{prefix}.weight", CompressedWeight.Compress(dense, format), type), null);
        using var ours = SafeTensorsFile.Open(folder["ours"]);
        AssertSameNumbers(dense.masked_fill(dense.eq(0), 0), Load(folder["ours"], prefix, dense));
        var hasZeroToStore = format == CompressedFormat.Sparse24Bitmask && dense.ne(0).view(-1, 4).sum(dim: 1).lt(2).any().item<bool>();
        Assert.Equal(golden.Outputs.Where(static role => !role.EndsWith("_raw_bytes", StringComparison.Ordinal) && role != "decompressed").Count(), ours.Names.Count);
        foreach (var role in golden.Outputs)
        {
            switch (role)
            {
                case "shape" or "row_offsets":
                case "bitmask" or "compressed" when !hasZeroToStore:
                    Assert.Equal(golden.Output(role).shape, ours.Tensors[$"{prefix}.{role}"].Shape);
                    AssertSameNumbers(golden.Output(role), ours.Read($"{prefix}.{role}").to(golden.Output(role).dtype));
                    break;
                case "compressed_raw_bytes":
                    Assert.Equal(golden.Output(role).bytes, ours.Read($"{prefix}.compressed").bytes);
                    break;
                case "bitmask":
                    // Which zeros are stored is anybody's choice.
                    var stored = BitRows.Unpack(ours.Read($"{prefix}.bitmask"), (int)dense.shape[1]);
                    Assert.True(stored.view(-1, 4).sum(dim: 1).eq(2).all().item<bool>());
                    Assert.True(stored.logical_or(dense.eq(0)).all().item<bool>());
                    break;
                case "compressed" or "decompressed":
                    break;
                default:
                    throw new InvalidOperationException($"There is no check for the output '{role}'.");
            }
        }
    }

    /// <summary>A file with what the reference stores, loaded into a layer, against what the reference makes of it.</summary>
    private static void CheckDecompress(GoldenCase golden, string path, string prefix, ScalarType type)
    {
        var expected = golden.Output("decompressed");
        var raw = golden.Outputs.Contains("compressed_raw_bytes") ? golden.Output("compressed_raw_bytes") : null;
        var values = golden.Output("compressed").to(type);
        if (raw is not null)
        {
            values.bytes = raw.bytes;
        }

        SafeTensors.Write(
            path,
            [
                .. golden.Outputs.Where(static role => role is "shape" or "bitmask" or "row_offsets").Select(role => KeyValuePair.Create($"{prefix}.{role}", golden.Output(role))),
                new($"{prefix}.compressed", values),
            ]);
        AssertSameNumbers(expected, Load(path, prefix, expected.to(type)).to(ScalarType.Float32));
    }

    private static Tensor Load(string path, string prefix, Tensor like)
    {
        using var model = new OneLinear(prefix, like.shape[1], like.shape[0], like.dtype);
        model.Load(path);
        return model.Layer.weight.detach().clone();
    }

    private static void AssertSameNumbers(Tensor expected, Tensor actual)
    {
        Assert.Equal((expected.dtype, expected.numel()), (actual.dtype, actual.numel()));
        Assert.Equal(expected.contiguous().bytes, actual.contiguous().bytes);
    }

    private sealed class OneLinear : nn.Module
    {
        public OneLinear(string name, long inputs, long outputs, ScalarType type)
            : base(nameof(OneLinear))
        {
            Layer = nn.Linear(inputs, outputs, hasBias: false);
            register_module(name, Layer);
            this.to(type);
        }

        public TorchSharp.Modules.Linear Layer { get; }
    }
}
