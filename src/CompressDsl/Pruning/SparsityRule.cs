using System.Globalization;

namespace CompressDsl;

/// <summary>What a sparsity attribute asks for, as plain values.</summary>
public sealed record SparsityRule
{
    private SparsityRule()
    {
    }

    /// <summary>Nothing is removed: <c>[KeepDense]</c>.</summary>
    public static SparsityRule KeepDense { get; } = new();

    /// <summary>The fraction removed, in [0, 1); 0 is <see cref="KeepDense"/>.</summary>
    public double Sparsity { get; private init; }

    /// <summary>Of every <see cref="M"/> neighbours along the input dimension this many are kept; 0 where the rule is not N:M.</summary>
    public int N { get; private init; }

    /// <summary>The length of a group; 0 where the rule is not N:M.</summary>
    public int M { get; private init; }

    /// <summary>The height of a block along the output dimension; 0 where the rule is not about blocks.</summary>
    public int BlockRows { get; private init; }

    /// <summary>The width of a block along the input dimension; 0 where the rule is not about blocks.</summary>
    public int BlockColumns { get; private init; }

    /// <summary>How the weights that go are chosen.</summary>
    public Criterion Criterion { get; private init; }

    /// <summary>Which weights are compared with each other; says nothing where the rule is N:M or about blocks.</summary>
    public Scope Scope { get; private init; } = Scope.PerLayer;

    /// <summary>The kernel that multiplies with the sparse weight.</summary>
    public SparseKernel Kernel { get; private init; }

    /// <summary>What the sparsity is for.</summary>
    public Purpose Purpose { get; private init; }

    /// <summary>Over which training steps the sparsity is reached; null: at once.</summary>
    public GradualSchedule? Gradual { get; private init; }

    /// <summary>Whether nothing is removed.</summary>
    public bool IsDense => Sparsity == 0;

    /// <summary>Whether this is an N:M pattern.</summary>
    public bool IsSemiStructured => M > 0;

    /// <summary>Whether whole blocks are removed.</summary>
    public bool IsBlocked => BlockRows > 0;

    /// <summary><c>[Sparsity(sparsity)]</c>.</summary>
    /// <param name="sparsity">The fraction removed, in (0, 1).</param>
    /// <param name="criterion">How the weights that go are chosen.</param>
    /// <param name="scope">Which weights are compared with each other; null: those of one row for Wanda, else those of one layer.</param>
    /// <param name="kernel">The kernel that multiplies with the sparse weight.</param>
    /// <param name="purpose">What the sparsity is for.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is outside (0, 1).</exception>
    public static SparsityRule Unstructured(
        double sparsity,
        Criterion criterion = Criterion.Magnitude,
        Scope? scope = null,
        SparseKernel kernel = SparseKernel.Unspecified,
        Purpose purpose = Purpose.Speed)
    {
        RequireFraction(sparsity);

        return new()
        {
            Sparsity = sparsity,
            Criterion = criterion,
            Scope = scope ?? (criterion == Criterion.Wanda ? Scope.PerRow : Scope.PerLayer),
            Kernel = kernel,
            Purpose = purpose,
        };
    }

    /// <summary>
    /// <c>[SemiStructured(n, m)]</c>: of every <paramref name="m"/> neighbours along the input dimension <paramref name="n"/> are KEPT.
    /// </summary>
    /// <param name="n">How many are kept, in [1, m).</param>
    /// <param name="m">The length of a group, at least 2.</param>
    /// <param name="criterion">How the weights that go are chosen.</param>
    /// <param name="kernel">The kernel that multiplies with the sparse weight.</param>
    /// <param name="purpose">What the sparsity is for.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 &lt;= n &lt; m.</exception>
    public static SparsityRule SemiStructured(
        int n,
        int m,
        Criterion criterion = Criterion.Magnitude,
        SparseKernel kernel = SparseKernel.Unspecified,
        Purpose purpose = Purpose.Speed)
    {
        if (n < 1 || n >= m)
        {
            throw new ArgumentOutOfRangeException(
                nameof(n), $"{n}:{m}", "N:M keeps N of every M weights: N is at least 1 and less than M, as in 2:4.");
        }

        return new() { Sparsity = 1 - ((double)n / m), N = n, M = m, Criterion = criterion, Kernel = kernel, Purpose = purpose };
    }

    /// <summary><c>[BlockSparsity(sparsity, rows, columns)]</c>.</summary>
    /// <param name="sparsity">The fraction of the blocks removed, in (0, 1).</param>
    /// <param name="rows">The height of a block along the output dimension, at least 1.</param>
    /// <param name="columns">The width of a block along the input dimension, at least 1.</param>
    /// <param name="criterion">How the weights that go are chosen.</param>
    /// <param name="kernel">The kernel that multiplies with the sparse weight.</param>
    /// <param name="purpose">What the sparsity is for.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is outside (0, 1), or a block has no extent.</exception>
    public static SparsityRule BlockSparse(
        double sparsity,
        int rows,
        int columns,
        Criterion criterion = Criterion.Magnitude,
        SparseKernel kernel = SparseKernel.Unspecified,
        Purpose purpose = Purpose.Speed)
    {
        RequireFraction(sparsity);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        return new() { Sparsity = sparsity, BlockRows = rows, BlockColumns = columns, Criterion = criterion, Kernel = kernel, Purpose = purpose };
    }

    /// <summary><c>[Gradual]</c> beside this rule.</summary>
    /// <param name="schedule">Over which training steps the sparsity is reached.</param>
    /// <exception cref="ArgumentOutOfRangeException">Steps or Every below 1, or Begin below 0.</exception>
    public SparsityRule Gradually(GradualSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentOutOfRangeException.ThrowIfLessThan(schedule.Steps, 1, nameof(schedule.Steps));
        ArgumentOutOfRangeException.ThrowIfLessThan(schedule.Every, 1, nameof(schedule.Every));
        ArgumentOutOfRangeException.ThrowIfNegative(schedule.Begin, nameof(schedule.Begin));
        return this with { Gradual = schedule };
    }

    /// <summary>The same rule for another fraction; N:M rules have theirs from N and M.</summary>
    /// <param name="sparsity">The fraction removed, in (0, 1).</param>
    internal SparsityRule At(double sparsity)
    {
        RequireFraction(sparsity);
        return !IsSemiStructured ? this with { Sparsity = sparsity }
            : sparsity == Sparsity ? this
            : throw new InvalidOperationException($"A {N}:{M} rule always removes {Sparsity}; it cannot be changed to {sparsity}.");
    }

    /// <summary>The same rule for one layer by itself.</summary>
    internal SparsityRule Alone() => Scope == Scope.Global ? this with { Scope = Scope.PerLayer } : this;

    /// <summary>The pattern, for example <c>70% per layer</c>, <c>2:4</c> or <c>dense</c>.</summary>
    public override string ToString() => this switch
    {
        { IsDense: true } => "dense",
        { IsSemiStructured: true } => string.Create(CultureInfo.InvariantCulture, $"{N}:{M}"),
        { IsBlocked: true } => string.Create(CultureInfo.InvariantCulture, $"{Sparsity * 100:0.####}% of {BlockRows} x {BlockColumns} blocks"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Sparsity * 100:0.####}% {Words(Scope)}"),
    };

    private static void RequireFraction(double sparsity)
    {
        if (!(sparsity > 0 && sparsity < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(sparsity), sparsity, "Sparsity is the fraction of the weights that is removed: greater than 0 and less than 1.");
        }
    }

    private static string Words(Scope scope) => scope switch
    {
        Scope.PerRow => "per row",
        Scope.PerLayer => "per layer",
        _ => "global",
    };
}
