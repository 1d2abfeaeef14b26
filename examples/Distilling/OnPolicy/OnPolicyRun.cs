using CompressDsl;
using Models;
using Shared;
using TextTeacher;
using TorchSharp;
using static TorchSharp.torch;

namespace Distilling;

/// <summary>One seed: a student reads for a while, and is then distilled from the same weights, in equal steps after the same prompts, in three ways.</summary>
public sealed class OnPolicyRun(Session session, int seed, Func<string, IProgress<DistillationProgress>> bar)
{
    // What is judged is drawn with the same numbers for every student.
    private const int JudgedSeed = 99;

    public OnPolicyRow Run()
    {
        using var start = new Llama(Settings.Writer).Initialize(seed);
        TrainedLlama.Learn(start, session.Corpus, Settings.Reading.Shortened(session.Quick), seed, bar("reads"), session.Cancellation);

        // The students are views of these, which own the weights.
        using var offline = Copy(start);
        var usual = new OfflineStudentDistillation(new OfflineStudent(offline), session.Teacher);
        usual.Train(
            Texts(),
            text =>
            {
                using var data = Prompted(text);
                return usual.Compute(data.Tokens, data.Labels);
            },
            Settings.Writing.Shortened(session.Quick),
            progress: bar("forward KL, the data's text"),
            cancellationToken: session.Cancellation);

        using var onPolicy = Copy(start);
        var writer = new OnPolicyStudent(onPolicy);
        var own = new OnPolicyStudentDistillation(writer, session.Teacher);
        var policy = own.Policy(new() { MaxNewTokens = Settings.Written, Decoding = new SampledDecoding(), Seed = seed });
        own.Train(
            Texts(),
            text =>
            {
                using var data = Prompted(text);
                using var written = policy.Next(writer, data);
                return own.Compute(written);
            },
            Settings.Writing.Shortened(session.Quick),
            progress: bar("reverse KL, its own text"),
            cancellationToken: session.Cancellation);

        using var reverse = Copy(start);
        var offlineReverse = new OnPolicyStudentDistillation(new OnPolicyStudent(reverse), session.Teacher);
        offlineReverse.Train(
            Texts(),
            text =>
            {
                using var data = Prompted(text);
                return offlineReverse.Compute(data);
            },
            Settings.Writing.Shortened(session.Quick),
            progress: bar("reverse KL, the data's text"),
            cancellationToken: session.Cancellation);

        return new(seed, Judge(start), Judge(offline), Judge(onPolicy), Judge(reverse));
    }

    private IEnumerable<long[,]> Texts() => TextWindows.Random(session.Corpus.Train, Settings.WritingBatch, Settings.Prompt + Settings.Written, seed);

    private static GenerationBatch Prompted(long[,] text) => GenerationBatch.Of(tensor(text), [.. Enumerable.Repeat(Settings.Prompt, Settings.WritingBatch)]);

    private static Llama Copy(Llama source)
    {
        var copy = new Llama(source.Config);
        copy.load_state_dict(source.state_dict());
        return copy;
    }

    private Judgement Judge(Llama student)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        student.eval();
        var prompts = TextWindows.Even(session.Corpus.Validation, session.Quick ? Settings.Judged / 8 : Settings.Judged, batch: 1, Settings.Prompt)
            .Select(static window => (IReadOnlyList<long>)[.. window.Cast<long>()])
            .ToArray();
        var options = new GenerationOptions { MaxNewTokens = Settings.Written, Decoding = new SampledDecoding(), Seed = JudgedSeed };
        using var written = student.Generate(prompts, options, cancellationToken: session.Cancellation);
        using var batch = written.ToBatch();
        var terms = DistillationTerms.FromNextLabels(session.Teacher.call(batch.Tokens), batch.Labels);
        return new(
            Math.Exp(terms.Hard.ToDouble()),
            Math.Exp(-written.MeanLogProbabilities.Average()),
            TextQuality.BitsPerByte(student, session.Corpus.Validation, Settings.EvaluationWindows, session.Cancellation));
    }
}
