namespace CompressDsl;

/// <summary>Looks at the student now and then while it trains.</summary>
/// <remarks>
/// The student is in eval mode meanwhile, no gradient is recorded, and torch's generator is afterwards as it was: a training with evaluations learns the same as one
/// without.
/// </remarks>
/// <param name="Every">Every how many steps, at least 1; once more after the last one.</param>
/// <param name="Measure">
/// The metrics by name, the same names every time: <c>() => new Dictionary&lt;string, double> { ["perplexity"] = .. }</c>. Tensors that it makes are disposed after it. With
/// several workers, the mean over the workers counts.
/// </param>
public sealed record Evaluation(int Every, Func<IReadOnlyDictionary<string, double>> Measure);
