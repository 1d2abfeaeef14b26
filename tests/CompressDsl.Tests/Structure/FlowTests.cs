using CompressDsl.Flow;

namespace CompressDsl.Tests;

/// <summary>What tests of the solver share: names for owners, and the axes that came of it.</summary>
public abstract class FlowTests
{
    private IReadOnlyList<CoupledAxis>? axes;

    protected Solver Solver { get; } = new();

    protected IReadOnlyList<CoupledAxis> Axes => axes ??= Solver.Finish();

    protected Shape Linear(string owner, Shape x, Size inputs, Size outputs) => Solver.LinearLayer(owner, x, inputs, outputs, hasBias: true);

    protected Shape Conv(string owner, Shape x, Size inputs, Size outputs, Size? groups = null)
        => Solver.ConvLayer(owner, x, 2, inputs, outputs, groups ?? 1, transposed: false, hasBias: false);

    /// <summary>The slots of all axes: <c>up.weight.0</c>.</summary>
    protected static string Slots(CoupledAxis axis) => string.Join(" ", axis.Slots.Select(static slot => $"{slot.Owner}.{slot.Parameter}.{slot.Dim}"));

    /// <summary>The axes of a slot.</summary>
    protected IReadOnlyList<CoupledAxis> AxesOf(string slot)
        => [.. Axes.Where(axis => axis.Slots.Any(it => $"{it.Owner}.{it.Parameter}.{it.Dim}" == slot))];

    protected CoupledAxis AxisOf(string slot) => Assert.Single(AxesOf(slot));

    /// <summary>The axis of a slot that counts heads.</summary>
    protected CoupledAxis HeadsOf(string slot) => Assert.Single(AxesOf(slot), static axis => axis.Axis.IsHead);

    protected int[] Units(string slot, params CoupledAxis[] unit)
        => LayoutIndex.UnitsOf(
            Axes.SelectMany(static axis => axis.Slots).First(it => $"{it.Owner}.{it.Parameter}.{it.Dim}" == slot).Layout,
            [.. unit.Select(static axis => axis.Axis)]);
}
