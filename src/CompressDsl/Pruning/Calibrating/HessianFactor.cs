using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The upper factor U of the inverse of a damped Hessian, H⁻¹ = UᵀU, computed in the memory of the Hessian itself, which cannot be used until the
/// factor is disposed: that puts back what was there.
/// </summary>
/// <remarks>
/// H = R Rᵀ with R = U⁻¹ upper too, so that a Cholesky factorization from the last column to the first and the inverse of a triangle are all there is
/// to do. Both are done half by half, as matrix products, above the diagonal; below it the original remains. Up to 2048 columns they are done in float64,
/// in a copy: the last bits of the factor decide which of two equally good weights goes, and in float32 a thousandth of the model's loss is left to chance.
/// </remarks>
internal sealed class HessianFactor : IDisposable
{
    private const long Leaf = 128;

    // A copy in float64 of that many columns takes 32 MiB.
    private const long DoubleColumns = 2048;

    private readonly Hessian hessian;
    private readonly Tensor matrix;
    private readonly Tensor diagonal;

    /// <summary>Factors the Hessian; what is dead in it is 1 on the diagonal, then the damping is added.</summary>
    /// <param name="hessian">Belongs to the factor until that is disposed.</param>
    /// <param name="damping">What is added to the diagonal, as a fraction of its mean, in (0, 1].</param>
    /// <exception cref="InvalidOperationException">The Hessian is not finite, or not positive definite with any damping up to 1.</exception>
    public HessianFactor(Hessian hessian, double damping)
    {
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        this.hessian = hessian;
        matrix = hessian.Matrix;
        diagonal = matrix.diagonal().clone().DetachFromDisposeScope();
        Dead = diagonal.eq(0).DetachFromDisposeScope();
        DeadColumns = Dead.sum().item<long>();
        Damping = damping;
        try
        {
            ThrowIfNotFinite();
            var alive = diagonal.to(ScalarType.Float64).masked_fill_(Dead, 1);
            var mean = alive.mean();
            while (!TryFactor(alive + (mean * Damping)))
            {
                Restore();
                Damping *= 10;
                DampingRaises++;
                if (Damping > 1)
                {
                    throw new InvalidOperationException(
                        $"The Hessian is not positive definite: its Cholesky factor does not exist with {damping} of the mean of its diagonal added, nor with "
                        + $"ten times as much up to {Damping / 10}. Are the calibration inputs numbers of a sensible size?");
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>float32 [columns, columns]: U in the upper triangle and the diagonal; what is below means nothing. Owned by the Hessian.</summary>
    public Tensor Upper => matrix;

    /// <summary>bool [columns], true where the diagonal was 0.</summary>
    public Tensor Dead { get; }

    /// <summary>How many those are.</summary>
    public long DeadColumns { get; }

    /// <summary>What was added in the end, as a fraction of the mean of the diagonal.</summary>
    public double Damping { get; private set; }

    /// <summary>How often it had to be raised tenfold.</summary>
    public int DampingRaises { get; private set; }

    /// <summary>Puts the Hessian back.</summary>
    public void Dispose()
    {
        using var gradientsOff = no_grad();
        Restore();
        diagonal.Dispose();
        Dead.Dispose();
    }

    // A number that is not finite anywhere in a sum of x xᵀ came from an x that put one on the diagonal too.
    private void ThrowIfNotFinite()
    {
        using var scope = NewDisposeScope();
        var finite = diagonal.isfinite();
        if (!finite.all().item<bool>())
        {
            throw new InvalidOperationException(
                $"The Hessian holds NaN or infinity, first at input {finite.logical_not().to(ScalarType.Int32).argmax().item<long>()}: the layer's calibration "
                + "inputs must be finite, and their squares too.");
        }
    }

    private void Restore()
    {
        hessian.Mirror();
        using var scope = NewDisposeScope();
        matrix.diagonal().copy_(diagonal);
    }

    private bool TryFactor(Tensor damped)
    {
        using var scope = NewDisposeScope();
        if (hessian.Columns <= DoubleColumns)
        {
            return TryFactorInDouble(damped);
        }

        matrix.diagonal().copy_(damped);
        return TryFactor(0, hessian.Columns) && matrix.diagonal().isfinite().all().item<bool>();
    }

    private bool TryFactorInDouble(Tensor damped)
    {
        var copy = matrix.to(ScalarType.Float64);
        copy.diagonal().copy_(damped);
        return TryFactorLeaf(copy, matrix);
    }

    // With A the part of H at hand: A = [A1 B; Bᵀ A2], R = [R1 S; 0 R2] and R⁻¹ = [U1 -U1 S U2; 0 U2], where A2 = R2 R2ᵀ, S = B U2ᵀ and
    // A1 - S Sᵀ = R1 R1ᵀ.
    private bool TryFactor(long first, long count)
    {
        using var scope = NewDisposeScope();
        if (count <= Leaf)
        {
            var block = Block(first, count, first, count);
            return TryFactorLeaf(block, block);
        }

        var half = Half(count);
        var (second, rest) = (first + half, count - half);
        var corner = Block(first, half, second, rest);
        if (!TryFactor(second, rest))
        {
            return false;
        }

        Multiply(corner, second, rest, transposed: true);
        SubtractSquare(first, half, corner);
        if (!TryFactor(first, half))
        {
            return false;
        }

        Multiply(corner.t(), first, half, transposed: true);
        Multiply(corner, second, rest, transposed: false);
        corner.neg_();
        return true;
    }

    // Read from the other end, an upper factor is a lower one.
    private static bool TryFactorLeaf(Tensor square, Tensor factor)
    {
        var (lower, info) = linalg.cholesky_ex(square.flip(0, 1));
        if (info.item<int>() != 0)
        {
            return false;
        }

        var identity = eye(square.shape[0], dtype: square.dtype, device: square.device);
        factor.copy_(linalg.solve_triangular(lower, identity, upper: false).flip(0, 1).add_(square.tril(-1)));
        return true;
    }

    // rows = rows T, or rows Tᵀ, T the upper triangle at the place.
    private void Multiply(Tensor rows, long first, long count, bool transposed)
    {
        using var scope = NewDisposeScope();
        if (count <= Leaf)
        {
            var triangle = Block(first, count, first, count).triu();
            rows.copy_(rows.mm(transposed ? triangle.t() : triangle));
            return;
        }

        var half = Half(count);
        var (second, rest) = (first + half, count - half);
        var corner = Block(first, half, second, rest);
        var (left, right) = (rows.narrow(1, 0, half), rows.narrow(1, half, rest));
        if (transposed)
        {
            Multiply(left, first, half, transposed);
            left.addmm_(right, corner.t());
            Multiply(right, second, rest, transposed);
        }
        else
        {
            Multiply(right, second, rest, transposed);
            right.addmm_(left, corner);
            Multiply(left, first, half, transposed);
        }
    }

    // The upper triangle at the place, less rows rowsᵀ.
    private void SubtractSquare(long first, long count, Tensor rows)
    {
        using var scope = NewDisposeScope();
        if (count <= Leaf)
        {
            Block(first, count, first, count).sub_(rows.mm(rows.t()).triu_());
            return;
        }

        var half = Half(count);
        var (second, rest) = (first + half, count - half);
        var (upper, lower) = (rows.narrow(0, 0, half), rows.narrow(0, half, rest));
        Block(first, half, second, rest).addmm_(upper, lower.t(), beta: 1, alpha: -1);
        SubtractSquare(first, half, upper);
        SubtractSquare(second, rest, lower);
    }

    private Tensor Block(long firstRow, long rows, long firstColumn, long columns) =>
        matrix.narrow(0, firstRow, rows).narrow(1, firstColumn, columns);

    // A whole number of leaves.
    private static long Half(long count) => (((count + Leaf - 1) / Leaf) + 1) / 2 * Leaf;
}
