using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The upper factor U of the inverse of a damped Hessian, H⁻¹ = UᵀU, computed in the memory of the Hessian itself, which cannot be used until the
/// factor is disposed: that puts back what was there.
/// </summary>
/// <remarks>
/// Computed above the diagonal (<see cref="TriangularFactor"/>); below it the original remains. Up to 724 columns it is computed in float64, in a copy: the
/// last bits of the factor decide which of two equally good weights goes, and in float32 a thousandth of the model's loss is left to chance.
/// </remarks>
internal sealed class HessianFactor : IDisposable
{
    // A copy in float64 of that many columns takes 4 MiB, which nobody misses; larger layers have to do with the memory of their Hessian.
    private const long DoubleColumns = 724;

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
        var square = hessian.Columns <= DoubleColumns ? matrix.to(ScalarType.Float64) : matrix;
        square.diagonal().copy_(damped);
        var isFactored = TriangularFactor.TryInvert(square);
        if (!ReferenceEquals(square, matrix))
        {
            matrix.copy_(square);
        }

        return isFactored && matrix.diagonal().isfinite().all().item<bool>();
    }
}
