namespace CompressDsl;

/// <summary>Takes down how a training goes; whoever makes it disposes it.</summary>
public interface IMetricsSink : IDisposable
{
    /// <summary>Begins, before the first step. What is there already of later steps is taken away: it was written after the state that is gone on from.</summary>
    /// <param name="step">How many steps are done; 0 for a training from the start, which leaves nothing of an earlier one.</param>
    void Begin(int step);

    /// <summary>Takes down one row; steps ascend, and none comes twice.</summary>
    /// <param name="row">The row.</param>
    void Write(MetricsRow row);

    /// <summary>Makes sure that all rows are on the disk: the state of the training is written next.</summary>
    void Flush();
}
