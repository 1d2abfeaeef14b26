using CompressDsl.Tests.Pruning;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests.Checkpoints;

/// <summary>Compressed weights that contradict themselves or the model: what is wrong is named, and nothing is copied.</summary>
public sealed class CompactCheckpointMalformedTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("sparse-bitmask", "fc.shape", "missing: fc.shape", "fc.weight")]
    [InlineData("sparse-bitmask", "fc.compressed", "missing: fc.compressed", "fc.weight")]
    [InlineData("sparse-bitmask", "fc.bitmask", "missing: fc.bitmask", "fc.weight")]
    [InlineData("sparse-bitmask", "fc.row_offsets", "missing: fc.row_offsets", "fc.weight")]
    [InlineData("sparse-24-bitmask", "fc.shape", "missing: fc.shape", "fc.weight")]
    [InlineData("sparse-24-bitmask", "fc.compressed", "missing: fc.compressed", "fc.weight")]
    [InlineData("sparse-24-bitmask", "fc.bitmask", "missing: fc.bitmask", "fc.weight")]
    public void A_part_that_is_missing_is_an_error_strict_or_not(string format, string part, params string[] named)
    {
        var parts = Parts(format);
        parts.Remove(part);
        AssertRefused(parts, named);
        AssertRefused(parts, named, strict: false);
    }

    [Fact]
    public void Sizes_that_are_not_the_models_are_an_error()
    {
        AssertRefused(With("sparse-bitmask", "fc.shape", tensor(new long[] { 6, 21 })), "shape: fc.weight F32 [6, 21]", "[6, 20] in the model");
        AssertRefused(With("sparse-bitmask", "fc.shape", tensor(new long[] { 20, 6 })), "parts: fc.bitmask U8 [6, 3]", "U8 [20, 1] is right", "[20, 6]");
        AssertRefused(With("sparse-24-bitmask", "fc.shape", tensor(new long[,] { { 6 }, { 18 } })), "sizes: fc.shape I64 [2, 1] holds 6, 18", "4 divides");
        AssertRefused(With("sparse-bitmask", "fc.shape", tensor(new long[] { -6, 20 })), "sizes: fc.shape I64 [2] holds -6, 20", "right");
        AssertRefused(With("sparse-bitmask", "fc.shape", tensor(new[] { 6, long.MaxValue })), "sizes: fc.shape I64 [2] holds 6, 9223372036854775807", "right");
        AssertRefused(With("sparse-bitmask", "fc.shape", tensor(new[] { 1L << 28, 1L << 30 })), "sizes: fc.shape I64 [2] holds 268435456, 1073741824", "right");
        AssertRefused(With("sparse-bitmask", "fc.shape", tensor(new long[] { 6, 20, 1 })), "parts: fc.shape I64 [3]", "I64 [2] is right");
        AssertRefused(With("sparse-24-bitmask", "fc.shape", tensor(new long[,] { { 6, 20 } })), "parts: fc.shape I64 [1, 2]", "I64 [2, 1] is right");
    }

    [Fact]
    public void Parts_of_other_shapes_are_an_error()
    {
        AssertRefused(With("sparse-bitmask", "fc.bitmask", zeros(6, 4, dtype: ScalarType.Byte)), "parts: fc.bitmask U8 [6, 4]", "U8 [6, 3] is right");
        AssertRefused(With("sparse-bitmask", "fc.bitmask", zeros(18, dtype: ScalarType.Byte)), "parts: fc.bitmask U8 [18]", "U8 [6, 3] is right");
        AssertRefused(With("sparse-bitmask", "fc.row_offsets", zeros(7, dtype: ScalarType.Int64)), "parts: fc.row_offsets I64 [7]", "I64 [6] is right");
        AssertRefused(With("sparse-bitmask", "fc.compressed", zeros(6, 10)), "parts: fc.compressed F32 [6, 10]", "one dimension is right");
        AssertRefused(With("sparse-24-bitmask", "fc.compressed", zeros(60)), "parts: fc.compressed F32 [60]", "F32 [6, 10] is right");
        AssertRefused(With("sparse-24-bitmask", "fc.compressed", zeros(6, 9)), "parts: fc.compressed F32 [6, 9]", "F32 [6, 10] is right");
    }

    [Fact]
    public void Parts_of_other_dtypes_are_an_error()
    {
        AssertRefused(With("sparse-bitmask", "fc.shape", tensor(new[] { 6, 20 })), "parts: fc.shape I32 [2]", "I64 [2] is right");
        AssertRefused(With("sparse-bitmask", "fc.bitmask", zeros(6, 3, dtype: ScalarType.Int8)), "parts: fc.bitmask I8 [6, 3]", "U8 [6, 3] is right");
        AssertRefused(With("sparse-bitmask", "fc.row_offsets", zeros(6, dtype: ScalarType.Int32)), "parts: fc.row_offsets I32 [6]", "I64 [6] is right");
        AssertRefused(With("sparse-bitmask", "fc.compressed", ones(60, dtype: ScalarType.Int64)), "dtype: fc.weight I64 [6, 20] in the file", "Float32 in the model");
    }

    [Fact]
    public void Numbers_too_few_or_too_many_are_an_error()
    {
        AssertRefused(With("sparse-bitmask", "fc.compressed", ones(59)), "count: fc.compressed F32 [59] holds 59 numbers", "60 are right", "fc.bitmask");
        AssertRefused(With("sparse-bitmask", "fc.compressed", ones(61)), "count: fc.compressed F32 [61] holds 61 numbers", "60 are right", "fc.bitmask");
        AssertRefused(With("sparse-bitmask", "fc.compressed", ones(0)), "count: fc.compressed F32 [0] holds 0 numbers", "60 are right", "fc.bitmask");
    }

    [Fact]
    public void Offsets_that_the_bits_contradict_are_an_error()
    {
        AssertRefused(Offsets(0, 10, 20, 19, 40, 50), "offsets: fc.row_offsets I64 [6] holds 19 for row 3", "30 is right");
        AssertRefused(Offsets(1, 10, 20, 30, 40, 50), "offsets: fc.row_offsets I64 [6] holds 1 for row 0", "0 is right");
        AssertRefused(Offsets(0, 10, 20, 30, 40, long.MaxValue), "offsets: fc.row_offsets I64 [6] holds 9223372036854775807 for row 5", "50 is right");
        AssertRefused(Offsets(10, 20, 30, 40, 50, 60), "offsets: fc.row_offsets I64 [6] holds 10 for row 0", "0 is right");

        Dictionary<string, Tensor> Offsets(params long[] values) => With("sparse-bitmask", "fc.row_offsets", tensor(values));
    }

    [Fact]
    public void Bits_that_contradict_the_offsets_the_row_or_the_pattern_are_an_error()
    {
        foreach (var format in new[] { "sparse-bitmask", "sparse-24-bitmask" })
        {
            AssertRefused(Flip(format, 4, 20), "bits: fc.bitmask U8 [6, 3] has bits beyond the last column, 19, of row 4", "must be 0");
            AssertRefused(Flip(format, 5, 23), "bits: fc.bitmask U8 [6, 3] has bits beyond the last column, 19, of row 5", "must be 0");
        }

        var bits = Parts("sparse-bitmask")["fc.bitmask"];
        var isSet = (bits[2, 1].item<byte>() & 1) != 0;
        AssertRefused(Flip("sparse-bitmask", 2, 8), "offsets: fc.row_offsets I64 [6] holds 30 for row 3", $"{(isSet ? 29 : 31)} is right");
        AssertRefused(Flip("sparse-24-bitmask", 2, 8), $"pattern: fc.bitmask U8 [6, 3] has {(isSet ? 1 : 3)} bits in the columns 8 to 11 of row 2", "2 are right");
        AssertRefused(Flip("sparse-24-bitmask", 5, 16), "bits in the columns 16 to 19 of row 5", "2 are right");

        Dictionary<string, Tensor> Flip(string format, int row, int column)
        {
            var parts = Parts(format);
            var bits = parts["fc.bitmask"].clone();
            bits[row, column / 8].bitwise_xor_(tensor((byte)(1 << (column % 8))));
            parts["fc.bitmask"] = bits;
            return parts;
        }
    }

    [Fact]
    public void A_weight_that_the_file_has_twice_leaves_its_parts_unexpected()
    {
        var parts = Parts("sparse-bitmask");
        parts["fc.weight"] = ones(6, 20);
        AssertRefused(parts, "unexpected: fc.bitmask", "unexpected: fc.compressed", "unexpected: fc.row_offsets", "unexpected: fc.shape");
    }

    [Fact]
    public void Parts_of_a_layer_that_the_model_does_not_have_are_unexpected()
    {
        var parts = Parts("sparse-24-bitmask");
        foreach (var part in new[] { "shape", "compressed", "bitmask" })
        {
            parts[$"other.{part}"] = parts[$"fc.{part}"];
        }

        AssertRefused(parts, "unexpected: other.bitmask", "unexpected: other.compressed", "unexpected: other.shape");
    }

    [Fact]
    public void Tensors_of_the_model_are_no_parts_whatever_their_names()
    {
        using var saved = new Buffers();
        saved.Save(folder["net"]);
        using var loaded = new Buffers();
        using (no_grad())
        {
            loaded.compressed.zero_();
        }

        Assert.Empty(loaded.Load(folder["net"]).Unexpected);
        Assert.Equal([1, 1], loaded.compressed.Floats());
    }

    [Fact]
    public void A_weight_that_two_of_four_cannot_hold_is_refused_before_anything_is_copied()
    {
        using var saved = new CompactNet(3);
        saved.Save(folder["dense"]);
        saved.Fc.Compact(SparseKernel.Bitmask);
        saved.Save(folder["bitmask"], weights: SavedWeights.Compact);
        using var loaded = CompactNet.TwoOfFour();
        loaded.Fc.Compact(SparseKernel.SemiStructured);
        var (weight, bias) = (loaded.Weight, loaded.Fc.bias!.Floats());
        foreach (var name in new[] { "dense", "bitmask" })
        {
            var error = Assert.Throws<CheckpointMismatchException>(() => loaded.Load(folder[name]));
            Assert.Contains("pattern: fc.weight F32 [6, 20]", Assert.Single(error.Problems), StringComparison.Ordinal);
            Assert.Contains("Densify()", error.Message, StringComparison.Ordinal);
            Assert.Equal(weight.bytes, loaded.Weight.bytes);
            Assert.Equal(bias, loaded.Fc.bias!.Floats());
        }
    }

    [Fact]
    public void A_mask_in_the_header_that_is_no_mask_of_the_weight_is_none()
    {
        SafeTensors.Write(folder["net"], Parts("sparse-bitmask"), new Dictionary<string, string> { ["fc.weight.mask"] = "head.weight" });
        using var net = new CompactNet();
        Assert.Empty(net.Load(folder["net"]).Masks);
        Assert.True(net.Site.Mask.IsDense);
    }

    /// <summary>What a sound file holds.</summary>
    private Dictionary<string, Tensor> Parts(string format)
    {
        using var net = CompactNet.TwoOfFour();
        net.Fc.Compact(format == "sparse-bitmask" ? SparseKernel.Bitmask : SparseKernel.SemiStructured);
        net.Save(folder["sound"], weights: SavedWeights.Compact);
        using var file = SafeTensorsFile.Open(folder["sound"]);
        return file.Names.ToDictionary(static name => name, file.Read);
    }

    private Dictionary<string, Tensor> With(string format, string name, Tensor value)
    {
        var parts = Parts(format);
        Assert.True(parts.ContainsKey(name));
        parts[name] = value;
        return parts;
    }

    private void AssertRefused(Dictionary<string, Tensor> tensors, params string[] named) => AssertRefused(tensors, named, strict: true);

    private void AssertRefused(Dictionary<string, Tensor> tensors, string[] named, bool strict)
    {
        SafeTensors.Write(folder["bad"], tensors);
        foreach (var kernel in new[] { SparseKernel.None, SparseKernel.Bitmask })
        {
            using var net = new CompactNet();
            if (kernel != SparseKernel.None)
            {
                net.Fc.Compact(kernel);
            }

            var before = net.state_dict().ToDictionary(static entry => entry.Key, static entry => entry.Value.clone());
            var error = Assert.Throws<CheckpointMismatchException>(() => net.Load(folder["bad"], strict));
            Assert.All(named, name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
            Assert.All(net.state_dict(), entry => Assert.Equal(before[entry.Key].bytes, entry.Value.bytes));
            Assert.Equal(kernel, net.Fc.Storage);
        }
    }

    private sealed class Buffers : Module<Tensor, Tensor>
    {
        public readonly Tensor compressed = ones(2);
        public readonly Tensor bitmask = ones(2);
        public readonly Tensor shape = ones(2);

        public Buffers()
            : base(nameof(Buffers)) => RegisterComponents();

        public override Tensor forward(Tensor input) => input;
    }
}
