using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Prunes a layer so that its output changes least: the alternating direction method of multipliers (ADMM) finds which weights stay, conjugate
/// gradients then solve for their values.
/// </summary>
/// <remarks>
/// Minimised is the sum over the outputs of (w - w')ᵀ (H + damping) (w - w'), as SparseGPT does. The inputs are scaled so that the diagonal of that
/// matrix is 1; one eigendecomposition serves every penalty. What is expensive: the eigendecomposition, and one or two products of the weight with a
/// matrix of columns² for each of some 40 steps. Held beside the Hessian: two or three matrices of its size and seven of the weight's. Paper: Meng et
/// al., ALPS: Improved Optimization for Highly Sparse One-Shot Pruning for Large Language Models, arXiv 2406.07831. Begins with a smaller penalty
/// than its code (0.1), which finds better supports where few directions carry most of the input.
/// </remarks>
internal static class Alps
{
    // The penalty on the difference between the dense and the sparse copy, where the diagonal of the matrix is 1; it grows with how much of the
    // support still changes, which therefore comes to rest.
    private const double FirstPenalty = 0.03;
    private const int StepsPerPenalty = 3;
    private const int MostSteps = 300;

    // At rest: fewer changes than this, as a share of the weights that stay.
    private const double Rest = 0.001;

    // Conjugate gradients: the length of the residual against that of the right-hand side.
    private const double Tolerance = 1e-4;
    private const int MostRefinements = 200;

    // Less than any square, yet too little to draw along a block that was pruned in part.
    private const double BelowZero = -1e-30;

    /// <summary>Prunes one layer.</summary>
    /// <param name="weight">float32 [rows, columns]; changed in place.</param>
    /// <param name="hessian">Of its inputs; left as it was.</param>
    /// <param name="rule">The pattern and the fraction; a global scope counts as that of the layer.</param>
    /// <param name="options">The damping, of the mean of the diagonal over the columns that are not dead, and how many weights go.</param>
    /// <param name="alreadyPruned">bool [rows, columns]: what stays zero, and counts towards what goes; null where nothing was pruned.</param>
    /// <param name="cancellationToken">Stops between two steps; the weight is then as it was.</param>
    /// <exception cref="InvalidOperationException">The Hessian or the weight holds NaN or infinity.</exception>
    public static Solution Prune(
        Tensor weight,
        Hessian hessian,
        SparsityRule rule,
        PruneOptions options,
        Tensor? alreadyPruned = null,
        CancellationToken cancellationToken = default)
    {
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        var matrix = hessian.Matrix.clone();
        RequireFinite(matrix, "The Hessian holds NaN or infinity: the layer's calibration inputs must be finite, and their squares too.");
        RequireFinite(weight, "The weight holds NaN or infinity.");

        var diagonal = matrix.diagonal();
        var dead = diagonal.eq(0);
        var deadColumns = dead.sum().item<long>();
        diagonal.add_(diagonal.sum() * (options.Damping / Math.Max(1, hessian.Columns - deadColumns)));
        diagonal.masked_fill_(dead, 1);
        var norms = diagonal.sqrt();
        matrix.div_(norms).div_(norms.unsqueeze(1));

        var dense = weight.masked_fill(dead, 0).mul_(norms);
        var (sparse, pruned) = FindSupport(dense, matrix, Choose, cancellationToken);
        Refine(sparse, pruned, dense, matrix, cancellationToken);
        weight.copy_(sparse.div_(norms));
        return new(pruned.MoveToOuterDisposeScope(), 0, options.Damping, 0, deadColumns);

        Tensor Choose(Tensor values)
        {
            using var inner = NewDisposeScope();
            var squares = values.square();
            var chosen = alreadyPruned is null
                ? Selection.Choose(squares, rule, options.CutOff)
                : Selection.Choose(squares.masked_fill_(alreadyPruned, BelowZero), rule, options.CutOff).logical_or_(alreadyPruned);
            return chosen.MoveToOuterDisposeScope();
        }
    }

    private static void RequireFinite(Tensor tensor, string message)
    {
        if (!tensor.isfinite().all().item<bool>())
        {
            throw new InvalidOperationException(message);
        }
    }

    /// <summary>Finds which weights stay, and values for them that are close to the best.</summary>
    private static (Tensor Sparse, Tensor Pruned) FindSupport(
        Tensor dense, Tensor matrix, Func<Tensor, Tensor> choose, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var (eigenvalues, eigenvectors) = linalg.eigh(matrix);
        eigenvalues.clamp_(min: 0);
        var goal = dense.mm(matrix);

        // One product with the inverse for a penalty, or two with its factors: whatever is less work.
        var isTall = StepsPerPenalty * dense.shape[0] >= dense.shape[1];
        var inverse = isTall ? empty_like(matrix) : null;
        Func<Tensor, double, Tensor> solve = inverse is null
            ? (right, penalty) => right.mm(eigenvectors).div_(eigenvalues + penalty).mm(eigenvectors.t())
            : (right, _) => right.mm(inverse);

        // On the support z is the sparse copy; off it, the multiplier divided by the penalty it was found with.
        var z = dense.clone();
        var pruned = choose(z);
        var before = pruned.clone();
        var kept = pruned.numel() - pruned.sum().item<long>();
        var (penalty, penaltyOfZ) = (FirstPenalty, 0.0);
        for (var step = 0; step < MostSteps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            if (step % StepsPerPenalty == 0)
            {
                inverse?.copy_(eigenvectors.div(eigenvalues + penalty).mm(eigenvectors.t()));
            }

            var multiplier = z.mul(pruned).mul_(penaltyOfZ);
            var right = z.masked_fill_(pruned, 0).mul_(penalty).add_(goal).sub_(multiplier);
            z.copy_(multiplier.div_(penalty).add_(solve(right, penalty)));
            pruned.copy_(choose(z));
            penaltyOfZ = penalty;
            if ((step + 1) % StepsPerPenalty == 0)
            {
                var changed = pruned.ne(before).sum().item<long>();
                if (changed <= kept * Rest)
                {
                    break;
                }

                before.copy_(pruned);
                penalty *= changed >= kept * 0.1 ? 1.3 : changed >= kept * 0.005 ? 1.2 : 1.1;
            }
        }

        return (z.masked_fill_(pruned, 0).MoveToOuterDisposeScope(), pruned.MoveToOuterDisposeScope());
    }

    /// <summary>Solves for the weights that stay, every row by itself and all at once.</summary>
    private static void Refine(Tensor sparse, Tensor pruned, Tensor dense, Tensor matrix, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var residual = (dense - sparse).mm(matrix).masked_fill_(pruned, 0);
        var direction = residual.clone();
        var size = residual.square().sum(1, keepdim: true);
        var enough = dense.mm(matrix).masked_fill_(pruned, 0).square().sum(1, keepdim: true).mul_(Tolerance * Tolerance);
        for (var step = 0; step < MostRefinements && size.gt(enough).any().item<bool>(); step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var product = direction.mm(matrix).masked_fill_(pruned, 0);
            var curvature = direction.mul(product).sum(1, keepdim: true);

            // A row that is done, or where rounding has the last word, stays as it is.
            var rests = size.gt(enough).logical_and_(curvature.gt(0)).logical_not_();
            var length = size.div(curvature).masked_fill_(rests, 0);
            sparse.addcmul_(direction, length, 1);
            residual.addcmul_(product, length, -1);
            var next = residual.square().sum(1, keepdim: true);
            direction.mul_(next.div(size).masked_fill_(rests, 0)).add_(residual);
            size.copy_(next);
        }
    }
}
