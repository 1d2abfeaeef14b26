using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The data that a model is pruned against: batches, and how the model is called on one.</summary>
public abstract class Calibration
{
    private protected Calibration()
    {
    }

    /// <summary>How many batches there are.</summary>
    public abstract int Count { get; }

    /// <summary>Whether a loss can be computed, which Taylor and Fisher need.</summary>
    public abstract bool HasLoss { get; }

    /// <summary>Calibration with batches of any kind.</summary>
    /// <param name="batches">The batches, read as often as needed; the caller keeps them. A tensor with three or more dimensions at the input of a layer
    /// counts as shape[0] sequences, one with two as one, as in the published code.</param>
    /// <param name="forward">Calls the model on one: <c>batch => model.call(batch.Input)</c>.</param>
    /// <param name="loss">The loss of one, a scalar; null where no criterion needs it.</param>
    /// <exception cref="ArgumentException">There is no batch.</exception>
    public static Calibration Of<TBatch>(IReadOnlyList<TBatch> batches, Func<TBatch, Tensor> forward, Func<TBatch, Tensor>? loss = null) =>
        new Batches<TBatch>(batches, forward, loss);

    /// <summary>The batches, where they are tensors; else nothing.</summary>
    internal abstract IEnumerable<Tensor> Tensors { get; }

    /// <summary>Calls the model on a batch.</summary>
    internal abstract void Forward(int batch);

    /// <summary>The loss of a batch.</summary>
    internal abstract Tensor Loss(int batch);

    private sealed class Batches<TBatch> : Calibration
    {
        private readonly IReadOnlyList<TBatch> batches;
        private readonly Func<TBatch, Tensor> forward;
        private readonly Func<TBatch, Tensor>? loss;

        public Batches(IReadOnlyList<TBatch> batches, Func<TBatch, Tensor> forward, Func<TBatch, Tensor>? loss)
        {
            ArgumentNullException.ThrowIfNull(batches);
            ArgumentNullException.ThrowIfNull(forward);
            if (batches.Count == 0)
            {
                throw new ArgumentException("There is no batch to calibrate with; give at least one.", nameof(batches));
            }

            (this.batches, this.forward, this.loss) = (batches, forward, loss);
        }

        public override int Count => batches.Count;

        public override bool HasLoss => loss is not null;

        internal override IEnumerable<Tensor> Tensors => batches.OfType<Tensor>();

        internal override void Forward(int batch)
        {
            using var scope = NewDisposeScope();
            forward(batches[batch]);
        }

        internal override Tensor Loss(int batch) => loss!(batches[batch]);
    }
}
