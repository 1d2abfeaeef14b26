using System.Text;
using static TorchSharp.torch.nn;

namespace CompressDsl;

/// <summary>
/// Generalized knowledge distillation (Agarwal et al., arXiv 2306.13649): for a share Lambda of the batches the student itself writes after the prompts, and the teacher says
/// of every token what it would have been; for the others the data's own text is taken. The loss is the caller's, with no gradient through the writing.
/// </summary>
/// <remarks>
/// Which batches the student writes and what it draws is a function of the seed and the number of the batch: <see cref="State"/> is all there is to save. Among the
/// <c>States</c> of the training's options it goes on, after a stop, where it was.
/// </remarks>
public sealed class OnPolicy : IHasState
{
    private const long Coin = -1;

    private readonly OnPolicyOptions options;

    /// <summary>Begins with batch 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public OnPolicy(OnPolicyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        this.options = options;
    }

    /// <summary>How many batches have been given, at least 0. Save it with the student, and set it to go on where that was.</summary>
    public long State
    {
        get;
        set => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The state is a number of batches, at least 0.");
    }

    /// <summary>How many of the batches that this object gave were written by the student.</summary>
    public long Written { get; private set; }

    /// <inheritdoc/>
    public void Save(Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(State);
        writer.Write(Written);
    }

    /// <inheritdoc/>
    public void Restore(Stream stream)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        (State, Written) = (reader.ReadInt64(), reader.ReadInt64());
    }

    /// <summary>The next batch: what the student writes now after the prompts of the data, or the data as it is.</summary>
    /// <param name="student">As <see cref="GenerationExtensions.Generate(Module, IReadOnlyList{IReadOnlyList{long}}, GenerationOptions, IProgress{GenerationProgress}?, CancellationToken)"/>
    /// takes it; every module below keeps its mode.</param>
    /// <param name="data">Prompts, and the text that the data has after them; it stays the caller's.</param>
    /// <param name="progress">Told before every token.</param>
    /// <param name="cancellationToken">Stops between two tokens; the state then is what it was.</param>
    /// <returns>The caller's. <see cref="GenerationBatch.Count"/>, over which the loss is a mean, is of the tokens that were really written.</returns>
    public OnPolicyBatch Next(Module student, GenerationBatch data, IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(data);
        var seed = options.Generation.Seed;
        if (UnitRandom.At(seed, Coin, State) >= options.Lambda)
        {
            State++;
            return new(data, null);
        }

        var writing = options.Generation with { Seed = UnitRandom.Seed(seed, Coin - 1, State) };
        using var written = GenerationExtensions.Generate(student, data.Prompts(), writing, 0, progress, cancellationToken);
        using var batch = written.ToBatch();
        State++;
        Written++;
        return new(batch, written);
    }
}
