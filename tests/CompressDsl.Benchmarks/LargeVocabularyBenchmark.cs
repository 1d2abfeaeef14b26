using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Benchmarks;

/// <summary>
/// The chunked loss beside the plain one, at a vocabulary of 128,256 and a width of 2048, for 2048 tokens: forward and backward with gradients for
/// hidden states and weight. Each run is a process of its own, so that the kernel's peak is that of one path alone.
/// </summary>
/// <remarks>A loss or a gradient that is not the same ends the benchmark with an error.</remarks>
public static class LargeVocabularyBenchmark
{
    /// <summary>What a child process is asked for, as its one argument.</summary>
    public const string Command = "largevocab-run";

    private const int Classes = 128_256;
    private const int Width = 2048;
    private const int Tokens = 2048;

    // Each comes before and after the other; more would take more than five minutes, for the plain path takes one and a half.
    private static readonly bool[] PlainInOrder = [false, true, false];

    private static readonly ChunkedLossOptions Options = new();

    public static IEnumerable<Row> Run()
    {
        var (plain, chunked) = (new List<Figures>(), new List<Figures>());
        foreach (var isPlain in PlainInOrder)
        {
            (isPlain ? plain : chunked).Add(Figures.OfChild(isPlain));
        }

        foreach (var figures in chunked)
        {
            Figures.CheckSame(plain[0], figures);
        }

        yield return Compare("time", static figures => figures.Milliseconds, "ms");
        yield return Compare("time of all cores", static figures => figures.CpuMilliseconds, "ms");
        yield return Compare("peak memory above the inputs", static figures => figures.MegabytesAbove, "MB");
        yield return Compare("peak memory of the process", static figures => figures.Megabytes, "MB");

        Row Compare(string what, Func<Figures, double> figure, string unit)
        {
            var (baseline, ours) = (Medians.Of(plain.Select(figure)), Medians.Of(chunked.Select(figure)));
            return new($"Vocabulary {Classes} x {Width}, {Tokens} tokens, {what}", baseline, ours, baseline / ours, unit);
        }
    }

    /// <summary>The child's part: one run of one path, and a line of figures.</summary>
    public static void RunChild(string path)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var student = new VocabularyHead(randn(Tokens, Width, requires_grad: true), randn(Classes, Width).mul_(0.02));
        var teacher = new VocabularyHead(randn(Tokens, Width), randn(Classes, Width).mul_(0.02));
        var labels = randint(0, Classes, [Tokens], ScalarType.Int64);
        student.Weight.requires_grad = true;
        using (no_grad())
        {
            // What a process takes once, for its threads and MKL's buffers, is no path's.
            randn(256, 1024).mm(randn(1024, 1024)).log_softmax(-1);
        }

        var before = ProcessPeak.Restart();
        var cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        double hard, soft;
        using (var step = NewDisposeScope())
        {
            using var terms = path == "plain" ? Plain(student, teacher, labels) : ChunkedLoss.Compute(student, teacher, labels, null, Options);
            terms.Total.backward();
            (hard, soft) = (terms.Hard.ToDouble(), terms.Soft!.ToDouble());
        }

        var milliseconds = watch.Elapsed.TotalMilliseconds;
        var cpuMilliseconds = (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds;
        var peak = ProcessPeak.Read();
        using var sample = arange(0, Classes, 7);
        double[] numbers =
        [
            milliseconds, cpuMilliseconds, peak - before, peak, hard, soft, student.Hidden.grad!.norm().ToDouble(),
            student.Weight.grad!.norm().ToDouble(), student.Weight.grad!.index_select(0, sample).sum(dim: 0).abs().max().ToDouble(),
        ];
        Console.WriteLine(string.Join(' ', numbers.Select(static number => number.ToString("R", CultureInfo.InvariantCulture))));
    }

    // What generated code does with the logits of two models.
    private static DistillationTerms Plain(VocabularyHead student, VocabularyHead teacher, Tensor labels)
    {
        using var scope = NewDisposeScope();
        Tensor teacherLogits;
        using (no_grad())
        {
            teacherLogits = nn.functional.linear(teacher.Hidden, teacher.Weight);
        }

        var rows = LogitRows.Select(nn.functional.linear(student.Hidden, student.Weight), teacherLogits, labels, null, Options.Vocabulary);
        var hard = rows.CrossEntropy();
        var soft = Options.T * Options.T * ForwardKl.Mean(rows, Options.T);
        return new DistillationTerms(hard, soft, Options.Alpha, rows.Count).MoveToOuterDisposeScope();
    }

    /// <summary>What a child found: time by the clock and of all cores, memory in MB, and numbers that must be the same whichever path was run.</summary>
    private sealed record Figures(double Milliseconds, double CpuMilliseconds, double MegabytesAbove, double Megabytes, double[] Results)
    {
        public static Figures OfChild(bool isPlain)
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
            if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            {
                start.ArgumentList.Add(typeof(LargeVocabularyBenchmark).Assembly.Location);
            }

            start.ArgumentList.Add(Command);
            start.ArgumentList.Add(isPlain ? "plain" : "chunked");
            using var child = Process.Start(start)!;
            var line = child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            if (child.ExitCode != 0)
            {
                throw new InvalidOperationException($"The {(isPlain ? "plain" : "chunked")} run ended with {child.ExitCode}. Is there enough memory? The plain path takes about 15 GB.");
            }

            double[] numbers = [.. line.Split(' ').Select(static text => double.Parse(text, CultureInfo.InvariantCulture))];
            return new(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4..]);
        }

        public static void CheckSame(Figures plain, Figures chunked)
        {
            foreach (var (a, b) in plain.Results.Zip(chunked.Results))
            {
                if (Math.Abs(a - b) > 1e-5 * Math.Max(1, Math.Abs(a)))
                {
                    throw new InvalidOperationException($"The plain path gives [{string.Join(", ", plain.Results)}] and the chunked one [{string.Join(", ", chunked.Results)}].");
                }
            }
        }
    }
}
