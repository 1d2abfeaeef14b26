using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The upper factor U of the inverse of a symmetric positive definite matrix, A⁻¹ = UᵀU, computed in place: only what is on and above the diagonal is
/// read and written.
/// </summary>
/// <remarks>
/// A = R Rᵀ with R = U⁻¹ upper too, so that a Cholesky factorization from the last column to the first and the inverse of a triangle are all there is to
/// do. Both are done half by half, and so as matrix products. Needs room for a few blocks of <see cref="Leaf"/> columns.
/// </remarks>
internal static class TriangularFactor
{
    private const long Leaf = 128;

    /// <summary>Replaces the upper triangle of A by U.</summary>
    /// <param name="a">[n, n], float32 or float64; a view does.</param>
    /// <returns>False where A is not positive definite; its upper triangle is then worth nothing.</returns>
    public static bool TryInvert(Tensor a)
    {
        using var scope = NewDisposeScope();
        if (a.shape[0] <= Leaf)
        {
            return TryInvertLeaf(a);
        }

        // A = [A1 B; Bᵀ A2], R = [R1 S; 0 R2] and U = [U1 -U1 S U2; 0 U2], where A2 = R2 R2ᵀ, S = B U2ᵀ and A1 - S Sᵀ = R1 R1ᵀ.
        var (first, corner, second) = Split(a);
        if (!TryInvert(second))
        {
            return false;
        }

        Multiply(corner, second, transposed: true);
        SubtractSquare(first, corner);
        if (!TryInvert(first))
        {
            return false;
        }

        Multiply(corner.t(), first, transposed: true);
        Multiply(corner, second, transposed: false);
        corner.neg_();
        return true;
    }

    // Read from the other end, an upper factor is a lower one.
    private static bool TryInvertLeaf(Tensor a)
    {
        var (lower, info) = linalg.cholesky_ex(a.flip(0, 1));
        if (info.item<int>() != 0)
        {
            return false;
        }

        var identity = eye(a.shape[0], dtype: a.dtype, device: a.device);
        a.copy_(linalg.solve_triangular(lower, identity, upper: false).flip(0, 1).add_(a.tril(-1)));
        return true;
    }

    // rows = rows T, or rows Tᵀ, where T is the upper triangle of the square.
    private static void Multiply(Tensor rows, Tensor square, bool transposed)
    {
        using var scope = NewDisposeScope();
        if (square.shape[0] <= Leaf)
        {
            var triangle = square.triu();
            rows.copy_(rows.mm(transposed ? triangle.t() : triangle));
            return;
        }

        var (first, corner, second) = Split(square);
        var (left, right) = (rows.narrow(1, 0, first.shape[0]), rows.narrow(1, first.shape[0], second.shape[0]));
        if (transposed)
        {
            Multiply(left, first, transposed);
            left.addmm_(right, corner.t());
            Multiply(right, second, transposed);
        }
        else
        {
            Multiply(right, second, transposed);
            right.addmm_(left, corner);
            Multiply(left, first, transposed);
        }
    }

    // The upper triangle of the square, less rows rowsᵀ.
    private static void SubtractSquare(Tensor square, Tensor rows)
    {
        using var scope = NewDisposeScope();
        if (square.shape[0] <= Leaf)
        {
            square.sub_(rows.mm(rows.t()).triu_());
            return;
        }

        var (first, corner, second) = Split(square);
        var (upper, lower) = (rows.narrow(0, 0, first.shape[0]), rows.narrow(0, first.shape[0], second.shape[0]));
        SubtractSquare(first, upper);
        corner.addmm_(upper, lower.t(), beta: 1, alpha: -1);
        SubtractSquare(second, lower);
    }

    // The half of the columns that is a whole number of leaves, what is right of it, and the rest.
    private static (Tensor First, Tensor Corner, Tensor Second) Split(Tensor square)
    {
        var count = square.shape[0];
        var half = (((count + Leaf - 1) / Leaf) + 1) / 2 * Leaf;
        var (upper, lower) = (square.narrow(0, 0, half), square.narrow(0, half, count - half));
        return (upper.narrow(1, 0, half), upper.narrow(1, half, count - half), lower.narrow(1, half, count - half));
    }
}
