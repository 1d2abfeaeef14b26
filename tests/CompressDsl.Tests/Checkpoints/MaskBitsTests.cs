using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Checkpoints;

public sealed class MaskBitsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Bits_are_lowest_first_in_row_major_order_and_one_means_kept()
    {
        var pruned = tensor(new[] { false, true, true, true, true, true, true, true, false, true }).reshape(2, 5);
        Assert.Equal(new byte[] { 0b_0000_0001, 0b_0000_0001 }, MaskBits.Pack(pruned).bytes.ToArray());
        Assert.Equal(new byte[] { 0b_1000_0001, 0 }, MaskBits.Pack(pruned.t()).bytes.ToArray());
    }

    [Fact]
    public void Any_mask_comes_back()
    {
        using var generator = new Generator(7);
        foreach (var shape in new long[][] { [], [1], [8], [3, 5], [2, 3, 7], [0, 4], [64, 33], [1000] })
        {
            var pruned = rand(shape, generator: generator).lt(0.5);
            var packed = MaskBits.Pack(pruned);
            Assert.Equal([(pruned.numel() + 7) / 8], packed.shape);
            var unpacked = MaskBits.Unpack(packed, shape);
            Assert.Equal(shape, unpacked.shape);
            Assert.True(unpacked.eq(pruned).all().item<bool>());
        }
    }

    [Fact]
    public void Wrong_bits_are_refused()
    {
        var packed = tensor(new byte[] { 0xFF, 0x04 });
        Assert.Contains("uint8 [3]", Assert.Throws<ArgumentException>(() => MaskBits.Unpack(packed, [17])).Message);
        Assert.Contains("beyond", Assert.Throws<ArgumentException>(() => MaskBits.Unpack(packed, [2, 5])).Message);
        Assert.Contains("Float32", Assert.Throws<ArgumentException>(() => MaskBits.Pack(ones(3))).Message);
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        var pruned = ones(9, dtype: ScalarType.Bool);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var packed = MaskBits.Pack(pruned))
        {
            MaskBits.Unpack(packed, [9]).Dispose();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
