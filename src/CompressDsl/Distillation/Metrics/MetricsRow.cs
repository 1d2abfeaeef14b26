namespace CompressDsl;

/// <summary>What is known of a training after one step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Progress">The losses and the speed; null where the step is not reported.</param>
/// <param name="Evaluation">The evaluation; null where there is none at this step.</param>
public sealed record MetricsRow(int Step, DistillationProgress? Progress, EvaluationPoint? Evaluation)
{
    /// <summary>
    /// Every number under its name: <c>loss/{term}</c> (the term by itself), <c>weighted/{term}</c> (what it adds to the total), <c>loss/total</c>, <c>learning_rate</c>,
    /// <c>rows_per_second</c>, <c>evaluation/{metric}</c>.
    /// </summary>
    public IEnumerable<KeyValuePair<string, double>> Values
    {
        get
        {
            if (Progress is not null)
            {
                foreach (var term in Progress.Point.Terms)
                {
                    yield return new($"loss/{term.Name}", term.Value);
                }

                foreach (var term in Progress.Point.Terms)
                {
                    yield return new($"weighted/{term.Name}", term.Weighted);
                }

                yield return new("loss/total", Progress.Point.Total);
                yield return new("learning_rate", Progress.LearningRate);
                yield return new("rows_per_second", Progress.RowsPerSecond);
            }

            foreach (var (name, value) in Evaluation?.Metrics ?? new Dictionary<string, double>())
            {
                yield return new($"evaluation/{name}", value);
            }
        }
    }
}
