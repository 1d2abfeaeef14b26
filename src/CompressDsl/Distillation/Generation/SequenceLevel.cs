using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl;

/// <summary>
/// Sequence-level distillation (Kim and Rush, arXiv 1606.07947): the teacher writes, and the student learns from that as from any text. What was kept, in the order of the
/// prompts.
/// </summary>
public sealed class SequenceLevel
{
    private SequenceLevel(IReadOnlyList<WrittenSequence> sequences, SequenceLevelReport report, long padToken)
        => (Sequences, Report, PadToken) = (sequences, report, padToken);

    /// <summary>What was kept.</summary>
    public IReadOnlyList<WrittenSequence> Sequences { get; }

    /// <summary>What was written, and what fell to which filter.</summary>
    public SequenceLevelReport Report { get; }

    /// <summary>What rows of a batch are filled up with.</summary>
    public long PadToken { get; }

    /// <summary>Lets a teacher write on from prompts, and keeps what passes.</summary>
    /// <param name="teacher">As <see cref="GenerationExtensions.Generate(Module, IReadOnlyList{IReadOnlyList{long}}, GenerationOptions, IProgress{GenerationProgress}?, CancellationToken)"/>
    /// takes it; every module below keeps its mode.</param>
    /// <param name="prompts">The prompts, read once, in order; at least one token each.</param>
    /// <param name="options">How to write, and what to keep.</param>
    /// <param name="folder">
    /// A folder of this run's own, in which each batch is kept when it is written: a run that was stopped goes on there. It knows another run by the teacher's class and
    /// shapes, the options and the prompts; the teacher's weights it does not look at. Null: nothing is kept on the disk.
    /// </param>
    /// <param name="progress">Told after every batch, with what there is so far.</param>
    /// <param name="cancellationToken">Stops between two tokens; the batches before are in the folder.</param>
    /// <exception cref="ArgumentException">An option or prompt is out of range.</exception>
    /// <exception cref="InvalidOperationException">The folder belongs to another run.</exception>
    public static SequenceLevel Write(
        Module teacher,
        IEnumerable<IReadOnlyList<long>> prompts,
        SequenceLevelOptions options,
        string? folder = null,
        IProgress<SequenceLevelReport>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();

        var name = string.Join('\n', teacher.named_parameters().Select(static p => $"{p.name} {p.parameter.dtype} {string.Join('x', p.parameter.shape)}").Prepend(teacher.GetName()));
        var kept = folder is null ? null : new SequenceFolder(folder);
        var (parts, resumed, first) = (new List<SequencePart>(), 0, 0L);
        foreach (var batch in prompts.Chunk(options.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var fingerprint = SequenceFolder.Fingerprint(name, options, batch);
            var part = kept?.Read(parts.Count, fingerprint);
            if (part is null)
            {
                part = Write(teacher, batch, first, options, fingerprint, cancellationToken);
                kept?.Write(parts.Count, part);
            }
            else
            {
                resumed += batch.Length;
            }

            parts.Add(part);
            first += batch.Length;
            progress?.Report(SequenceLevelReport.Of(parts, resumed));
        }

        return new([.. parts.SelectMany(static part => part.Kept)], SequenceLevelReport.Of(parts, resumed), options.Generation.PadToken);
    }

    /// <summary>What was kept as batches to learn from, in order; call it again for the next epoch.</summary>
    /// <param name="size">How many rows a batch has, at least 1; the last may have fewer.</param>
    /// <param name="device">Where they are; null: the CPU.</param>
    /// <returns>Each is the caller's, to be disposed.</returns>
    public IEnumerable<GenerationBatch> Batches(int size, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        return Sequences.Chunk(size).Select(rows => GenerationBatch.Of(
            [.. rows.Select(static row => ((IReadOnlyList<long>)[.. row.Prompt, .. row.Written], row.Prompt.Count))], PadToken, device));
    }

    // A sequence's number decides what is drawn: so it is the same in whatever batch it stands.
    private static SequencePart Write(
        Module teacher, IReadOnlyList<long>[] prompts, long first, SequenceLevelOptions options, string fingerprint, CancellationToken cancellation)
    {
        var count = options.SequencesPerPrompt;
        IReadOnlyList<long>[] rows = [.. prompts.SelectMany(prompt => Enumerable.Repeat(prompt, count))];
        using var written = GenerationExtensions.Generate(teacher, rows, options.Generation, first * count, null, cancellation);
        var means = written.MeanLogProbabilities;
        var ended = written.Ended;
        var sequences = rows.Select((prompt, row) => new WrittenSequence(prompt, written.Written(row), means[row], ended[row])).ToArray();
        var rejected = new Dictionary<SequenceFilter, int>();
        var best = sequences.Chunk(count).Select(Best).OfType<WrittenSequence>().ToArray();
        return new(fingerprint, prompts.Length, best, rejected, written.TokensWritten, written.Elapsed.TotalSeconds, written.Cached);

        WrittenSequence? Best(WrittenSequence[] candidates)
        {
            var passed = new List<WrittenSequence>();
            foreach (var candidate in candidates)
            {
                if (options.Reject(candidate) is { } filter)
                {
                    Count(filter, 1);
                }
                else
                {
                    passed.Add(candidate);
                }
            }

            Count(SequenceFilter.NotTheBest, passed.Count - 1);
            return passed.MaxBy(static one => one.MeanLogProbability);
        }

        void Count(SequenceFilter filter, int more)
        {
            if (more > 0)
            {
                rejected[filter] = rejected.GetValueOrDefault(filter) + more;
            }
        }
    }
}
