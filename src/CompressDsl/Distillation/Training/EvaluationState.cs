namespace CompressDsl;

/// <summary>What an <see cref="Evaluator"/> remembers beside the best weights.</summary>
/// <param name="Points">The evaluations so far.</param>
/// <param name="BestStep">The step of the best one; null where there is none.</param>
/// <param name="Best">Its metric.</param>
/// <param name="Worse">How many came after it.</param>
/// <param name="HasStopped">Whether that were too many.</param>
internal sealed record EvaluationState(IReadOnlyList<EvaluationPoint> Points, int? BestStep, double Best, int Worse, bool HasStopped);
