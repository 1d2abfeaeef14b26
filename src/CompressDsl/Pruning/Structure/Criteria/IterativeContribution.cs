using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Takes units away while it looks, some after every batch: those without which the output changes least, counted with what is away already. The score is the place in
/// which a unit goes: 0 for the first.
/// </summary>
/// <remarks>
/// With s the change of the output by what is away, ‖s + W[:, unit] x[unit]‖ is the change with the unit too; for a single channel its square is
/// ‖s‖² + 2 x (s · w) + x² ‖w‖², so the output of no unit is ever computed. Scaled, the full output is first brought to the norm that is left of it: a change of the
/// length alone, which a normalisation undoes, then counts for nothing.
/// Code: NVIDIA/Model-Optimizer, <c>IterativeChannelContributionHook</c>.
/// </remarks>
internal sealed class IterativeContribution : ContributionReader
{
    private const double Epsilon = 1e-8;

    private readonly bool isScaled;
    private readonly int batches;
    private readonly int wanted;
    private readonly List<int> order = [];
    private readonly bool[] away;
    private readonly Tensor sums;
    private readonly Tensor? channels;
    private Tensor? mask;
    private int batch;

    public IterativeContribution(ChannelGroup group, GroupSlice slice, StructureOptions options, bool isScaled)
        : base(group, slice, options.Workers)
    {
        this.isScaled = isScaled;
        batches = options.Calibration!.Count;
        wanted = group.Kept.Count;
        away = new bool[group.Count];
        foreach (var unit in group.Removed)
        {
            away[unit] = true;
        }

        sums = zeros([group.Count], ScalarType.Float64, Matrix.device);
        channels = Columns.All(static columns => columns.numel() == 1) ? cat([.. Columns]) : null;
        UpdateMask();
    }

    /// <inheritdoc/>
    public override void EndBatch()
    {
        var count = CountAfter(batch++);
        if (count == 0)
        {
            return;
        }

        Workers.Sum(sums);
        var numbers = SliceRows.Numbers(sums);
        foreach (var unit in Enumerable.Range(0, away.Length).Where(unit => !away[unit]).OrderBy(unit => numbers[unit]).Take(count).ToArray())
        {
            away[unit] = true;
            order.Add(unit);
        }

        sums.zero_();
        UpdateMask();
    }

    protected override void Add(Tensor rows)
    {
        var full = rows.mm(Matrix.t());
        var left = (rows * mask!).mm(Matrix.t());
        var change = (isScaled ? full * (left.norm(1) / (full.norm(1) + Epsilon)).unsqueeze(1) : full) - left;
        sums.add_(channels is null ? stack(Columns.Select(columns => OfUnit(rows, change, columns)).ToArray()) : OfChannels(rows.index_select(1, channels), change));
    }

    protected override double[] Scores()
    {
        var places = new double[away.Length];
        for (var i = 0; i < order.Count; i++)
        {
            places[order[i]] = i;
        }

        return places;
    }

    private Tensor OfChannels(Tensor inputs, Tensor change)
    {
        var weights = Matrix.index_select(1, channels!);
        var squares = change.square().sum(dim: 1, keepdim: true) + (2 * inputs * change.mm(weights)) + (inputs.square() * weights.square().sum(dim: 0));
        return (squares + Epsilon).sqrt().mean([0], type: ScalarType.Float64);
    }

    private Tensor OfUnit(Tensor rows, Tensor change, Tensor columns)
    {
        var added = rows.index_select(1, columns).mm(Matrix.index_select(1, columns).t());
        return ((change + added).square().sum(dim: 1) + Epsilon).sqrt().mean([0], type: ScalarType.Float64);
    }

    // All units are away after the last batch, equally many after each, the odd ones early; with more batches than units, one at a time, in even steps.
    private int CountAfter(int batch)
    {
        return wanted >= batches ? (wanted / batches) + (batch < wanted % batches ? 1 : 0) : Share(batch + 2) - Share(batch + 1);

        int Share(int count) => ((count * wanted) + batches - 1) / batches;
    }

    private void UpdateMask()
    {
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        var kept = ones([1, Matrix.shape[1]], device: Matrix.device);
        for (var unit = 0; unit < away.Length; unit++)
        {
            if (away[unit])
            {
                kept.index_fill_(1, Columns[unit], 0);
            }
        }

        mask?.Dispose();
        mask = kept.MoveToOuterDisposeScope();
    }
}
