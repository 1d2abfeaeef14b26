using static TorchSharp.torch;

namespace CompressDsl.Benchmarks;

/// <summary>
/// The published algorithm (<c>fasterprune</c> of IST-DASLab/sparsegpt), operator by operator: what ours is measured against, in numbers and in time.
/// </summary>
public static class PublishedSparseGpt
{
    private const double Damping = 0.01;
    private const int BlockSize = 128;

    /// <summary>Prunes a weight in place.</summary>
    /// <param name="weight">float32 [rows, columns].</param>
    /// <param name="hessian">float32 [columns, columns]; changed.</param>
    /// <param name="sparsity">The fraction that goes; says nothing for N:M.</param>
    /// <param name="zeros">N:M: how many of a group go; 0 where a fraction is asked for.</param>
    /// <param name="group">N:M: the length of a group.</param>
    /// <returns>What the published code prints as the error.</returns>
    public static double Prune(Tensor weight, Tensor hessian, double sparsity, int zeros = 0, int group = 0)
    {
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        var columns = weight.shape[1];
        var dead = hessian.diagonal().eq(0);
        hessian.diagonal().masked_fill_(dead, 1);
        weight.masked_fill_(dead, 0);
        hessian.diagonal().add_(hessian.diagonal().mean() * Damping);
        var inverse = linalg.cholesky(linalg.cholesky(hessian).cholesky_inverse()).t();
        var losses = zeros_like(weight.select(1, 0));

        for (long first = 0; first < columns; first += BlockSize)
        {
            using var blockScope = NewDisposeScope();
            var count = Math.Min(BlockSize, columns - first);
            var right = columns - first - count;
            var weights = weight.narrow(1, first, count).clone();
            var kept = zeros_like(weights);
            var errors = zeros_like(weights);
            var blockLosses = zeros_like(weights);
            var factor = inverse.narrow(0, first, count).narrow(1, first, count);
            var scale = factor.diagonal().reshape(1, -1).pow(2);
            Tensor mask;
            if (zeros == 0)
            {
                var scores = weights.pow(2) / scale;
                var threshold = scores.flatten().sort().Values[(long)(scores.numel() * sparsity)];
                mask = scores <= threshold;
            }
            else
            {
                mask = zeros_like(weights) == 1;
            }

            for (long i = 0; i < count; i++)
            {
                using var columnScope = NewDisposeScope();
                var column = weights.select(1, i);
                var d = factor[i, i];
                if (zeros != 0 && i % group == 0)
                {
                    var scores = weights.narrow(1, i, group).pow(2) / scale.narrow(1, i, group);
                    var lowest = i + scores.topk(zeros, dim: 1, largest: false).indexes;
                    mask.scatter_(1, lowest, ones_like(lowest, ScalarType.Bool));
                }

                var left = column.masked_fill(mask.select(1, i), 0);
                kept.select(1, i).copy_(left);
                blockLosses.select(1, i).copy_((column - left).pow(2) / d.pow(2));
                var error = (column - left) / d;
                weights.narrow(1, i, count - i).sub_(error.unsqueeze(1).matmul(factor[i].narrow(0, i, count - i).unsqueeze(0)));
                errors.select(1, i).copy_(error);
            }

            weight.narrow(1, first, count).copy_(kept);
            losses.add_(blockLosses.sum(dim: 1) / 2);
            weight.narrow(1, first + count, right).sub_(errors.matmul(inverse.narrow(0, first, count).narrow(1, first + count, right)));
        }

        return losses.sum().item<float>();
    }
}
