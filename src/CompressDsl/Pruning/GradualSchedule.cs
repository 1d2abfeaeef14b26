namespace CompressDsl;

/// <summary>What <c>[Gradual]</c> asks for.</summary>
/// <param name="Steps">Over how many optimizer steps the target is reached, at least 1.</param>
/// <param name="Ramp">How the sparsity grows.</param>
/// <param name="Every">Prune again after this many steps, at least 1.</param>
/// <param name="Begin">The step before which nothing is pruned, at least 0.</param>
public sealed record GradualSchedule(int Steps, Ramp Ramp = Ramp.Cubic, int Every = 10, int Begin = 0)
{
    /// <summary>The last step at which something is pruned: the target is reached there.</summary>
    public long End => (long)Begin + Steps;

    /// <summary>Whether masks are computed anew after this step: every <see cref="Every"/> steps of the ramp, and at its end.</summary>
    /// <param name="step">How many steps have been made, at least 0.</param>
    public bool IsDue(int step) => step >= Begin && step <= End && ((step - Begin) % Every == 0 || step == End);

    /// <summary>The fraction of the target that is reached after a step, in [0, 1].</summary>
    /// <param name="step">How many steps have been made, at least 0.</param>
    public double Reached(int step)
    {
        var t = Math.Clamp((double)(step - Begin) / Steps, 0, 1);
        return Ramp == Ramp.Linear ? t : 1 - Math.Pow(1 - t, 3);
    }
}
