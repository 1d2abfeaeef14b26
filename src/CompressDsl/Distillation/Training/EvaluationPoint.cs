namespace CompressDsl;

/// <summary>One evaluation.</summary>
/// <param name="Step">The step after which it was made.</param>
/// <param name="Metrics">What was measured, by name.</param>
public sealed record EvaluationPoint(int Step, IReadOnlyDictionary<string, double> Metrics);
