using static TorchSharp.torch;

namespace CompressDsl.Tool.Comparing;

/// <summary>How the numbers of two tensors of one shape differ. NaN is the same as NaN, and a zero as one of the other sign.</summary>
/// <param name="Different">How many numbers are not the same.</param>
/// <param name="Largest">max |a - b|; NaN where one of two is.</param>
/// <param name="Relative">||a - b||_F / ||a||_F, over what is finite in a; 0 where nothing differs.</param>
/// <param name="ZerosCame">How many numbers are zero in b alone.</param>
/// <param name="ZerosWent">How many numbers are zero in a alone.</param>
internal sealed record TensorDifference(long Different, double Largest, double Relative, long ZerosCame, long ZerosWent)
{
    // Float64 of so many takes 8 MB; the tensors themselves are all that is large.
    private const long NumbersAtOnce = 1 << 20;

    /// <summary>Whether that is as good as nothing.</summary>
    /// <param name="tolerance">The largest difference of two numbers that counts as none.</param>
    internal bool IsWithin(double tolerance) => ZerosCame + ZerosWent == 0 && (Different == 0 || (Largest > 0 && Largest <= tolerance)); // whole numbers may differ beyond float64

    /// <summary>Compares two tensors in float64; of one integer type, whether they are the same is seen exactly.</summary>
    /// <param name="a">Of any shape and type, in host memory.</param>
    /// <param name="b">Of the same shape.</param>
    internal static TensorDifference Of(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        var (flatA, flatB) = (a.reshape(-1), b.reshape(-1));
        var (different, largest, squares, norm, came, went) = (0L, 0.0, 0.0, 0.0, 0L, 0L);
        for (var start = 0L; start < flatA.numel(); start += NumbersAtOnce)
        {
            using var step = NewDisposeScope();
            var length = Math.Min(NumbersAtOnce, flatA.numel() - start);
            var (partA, partB) = (flatA.narrow(0, start, length), flatB.narrow(0, start, length));
            var (x, y) = (partA.to(ScalarType.Float64), partB.to(ScalarType.Float64));
            var same = (partA.dtype == partB.dtype ? partA.eq(partB) : x.eq(y)).logical_or_(x.isnan().logical_and_(y.isnan()));
            var distance = x.sub(y).abs_().masked_fill_(same, 0);
            different += length - same.count_nonzero().item<long>();
            largest = Math.Max(largest, distance.max().item<double>()); // NaN where one of the two is
            squares += distance.square().sum().item<double>();
            norm += x.masked_fill(x.isfinite().logical_not_(), 0).square().sum().item<double>();
            var (zeroA, zeroB) = (x.eq(0), y.eq(0));
            came += zeroB.logical_and(zeroA.logical_not()).count_nonzero().item<long>();
            went += zeroA.logical_and(zeroB.logical_not()).count_nonzero().item<long>();
        }

        return new(different, largest, squares == 0 ? 0 : Math.Sqrt(squares) / Math.Sqrt(norm), came, went);
    }
}
