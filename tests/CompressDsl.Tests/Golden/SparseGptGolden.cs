using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>IST-DASLab/sparsegpt, <c>add_batch</c> and <c>fasterprune</c>: unstructured and N:M.</summary>
internal static class SparseGptGolden
{
    public static void Check(GoldenCase golden)
    {
        var dense = golden.Input("W");
        using var hessian = ReadHessian(golden, dense.shape[1]);
        var options = new PruneOptions
        {
            CutOff = CutOff.AtOrBelow,
            BlockSize = (int)golden.Parameter("blocksize"),
            Damping = golden.Parameter("percdamp"),
        };
        var (zeroed, m) = ((int)golden.Parameter("prunen", 0), (int)golden.Parameter("prunem", 0));
        var rule = m > 0
            ? SparsityRule.SemiStructured(m - zeroed, m, Criterion.SparseGpt)
            : SparsityRule.Unstructured(golden.Parameter("sparsity"), Criterion.SparseGpt);
        var weight = dense.clone();
        var solution = SparseGpt.Prune(weight, hessian, rule, options);
        Assert.Equal((options.Damping, 0), (solution.Damping, solution.DampingRaises));

        foreach (var role in golden.Outputs)
        {
            switch (role)
            {
                case "H":
                    golden.AssertCloseToMax(role, hessian.Matrix, golden.Tolerance("H_rel_to_max"));
                    break;
                case "Hinv_upper":
                    using (var factor = new HessianFactor(hessian, options.Damping))
                    {
                        golden.AssertCloseToMax(role, factor.Upper.triu(), golden.Tolerance("Hinv_rel_to_max"));
                    }

                    break;
                case "pruned_mask":
                    golden.AssertEqual(role, solution.Pruned);
                    break;
                case "W_pruned":
                    golden.AssertClose(role, weight, golden.Tolerance("W_pruned_abs"), 0);
                    Assert.Equal(0, weight.masked_select(solution.Pruned).abs().sum().item<float>());
                    break;
                case "row_losses":
                    golden.AssertClose(role, RowLosses(dense, weight, hessian, options.Damping), 0, golden.Tolerance("error_rel"));
                    break;
                case "error":
                    golden.AssertClose(role, tensor(solution.Loss), 0, golden.Tolerance("error_rel"));
                    break;
                default:
                    Assert.Fail($"There is no check for the output '{role}'.");
                    break;
            }
        }
    }

    private static Hessian ReadHessian(GoldenCase golden, long columns)
    {
        var hessian = new Hessian(columns, CPU);
        for (var batch = 0; golden.OptionalInput($"X{batch}") is { } inputs; batch++)
        {
            hessian.Add(inputs.flatten(0, -2), inputs.dim() > 2 ? inputs.shape[0] : 1);
        }

        return hessian;
    }

    /// <summary>
    /// The sums of (w / d)² / 2 another way. A row changes by e U, e its values of w / d and U the factor of the inverse, H⁻¹ = UᵀU; so what its
    /// change does to the damped Hessian's error, e U H Uᵀ eᵀ, is e eᵀ.
    /// </summary>
    private static Tensor RowLosses(Tensor dense, Tensor pruned, Hessian hessian, double damping)
    {
        var matrix = hessian.Matrix.to(ScalarType.Float64).clone();
        var diagonal = matrix.diagonal();
        var dead = diagonal.eq(0);
        diagonal.masked_fill_(dead, 1);
        diagonal.add_(diagonal.mean() * damping);
        var change = (dense.masked_fill(dead, 0) - pruned).to(ScalarType.Float64);
        return change.mm(matrix).mul(change).sum(1) / 2;
    }
}
