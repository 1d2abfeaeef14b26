using System.Diagnostics;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl;

/// <summary>Lets causal language models write.</summary>
public static class GenerationExtensions
{
    /// <summary>Writes on from prompts, all in one batch: each row gets what it would get alone (but for the rounding of products of another size).</summary>
    /// <remarks>
    /// The model is in eval mode meanwhile and without gradients; every module then has the mode it had. What is drawn and how ties are broken is decided by
    /// <paramref name="options"/> alone: the same seed writes the same.
    /// </remarks>
    /// <param name="model">
    /// An <see cref="ICausalDecoder"/>, which decodes with a cache; or any <c>Module&lt;Tensor, Tensor&gt;</c> from tokens [batch, n] to logits
    /// [batch, n, vocabulary] that is causal (no position looks at a later one): it is run from the first token on for every token, and
    /// <see cref="Generation.Cached"/> says so.
    /// </param>
    /// <param name="prompts">The tokens of each row, at least one.</param>
    /// <param name="options">How to write.</param>
    /// <param name="progress">Told before every token.</param>
    /// <param name="cancellationToken">Stops between two tokens; nothing is returned then.</param>
    /// <returns>What was written; the caller's.</returns>
    /// <exception cref="ArgumentException">A prompt is empty, an option out of range, the rows would be longer than the model can take, or it is no such model.</exception>
    /// <exception cref="InvalidOperationException">The model's logits have a wrong shape or are NaN.</exception>
    public static Generation Generate(
        this Module model,
        IReadOnlyList<IReadOnlyList<long>> prompts,
        GenerationOptions options,
        IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default)
        => Generate(model, prompts, options, 0, progress, cancellationToken);

    /// <inheritdoc cref="Generate(Module, IReadOnlyList{IReadOnlyList{long}}, GenerationOptions, IProgress{GenerationProgress}?, CancellationToken)"/>
    /// <param name="model">The model.</param>
    /// <param name="prompts">[batch, length], int64 or int32.</param>
    /// <param name="options">How to write.</param>
    /// <param name="mask">[batch, length], any type; 0 or false is padding, at the left or at the right of its row. Null: none.</param>
    /// <param name="progress">Told before every token.</param>
    /// <param name="cancellationToken">Stops between two tokens; nothing is returned then.</param>
    public static Generation Generate(
        this Module model,
        Tensor prompts,
        GenerationOptions options,
        Tensor? mask = null,
        IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default)
        => Generate(model, PromptRows.Of(prompts, mask), options, 0, progress, cancellationToken);

    /// <param name="model">The model.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="options">How to write.</param>
    /// <param name="firstRow">The number of the first row among all that are written with this seed.</param>
    /// <param name="progress">Told before every token.</param>
    /// <param name="cancellation">Stops between two tokens.</param>
    internal static Generation Generate(
        Module model,
        IReadOnlyList<IReadOnlyList<long>> prompts,
        GenerationOptions options,
        long firstRow,
        IProgress<GenerationProgress>? progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        PromptRows.Check(prompts);

        using var mode = new TrainingMode(model, false);
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        using var next = NextLogits.Of(model, prompts.Count, prompts.Max(static prompt => prompt.Count) + options.MaxNewTokens, options.UseCache);
        var watch = Stopwatch.StartNew();
        WrittenRow[] rows = [.. prompts.Select((prompt, i) => new WrittenRow(prompt, firstRow + i))];
        var written = options.Decoding is BeamDecoding beams
            ? new BeamWriter(options, beams, next, Told).Write(rows)
            : new RowWriter(options, next, Told).Write(rows);
        return new Generation(written, options.PadToken, next.IsCached, watch.Elapsed, next.Device);

        void Told(int step, int going)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new(step, options.MaxNewTokens, going, watch.Elapsed));
        }
    }
}
