using System.Globalization;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>A training in a process of its own, to be killed: this assembly as a program, when the environment asks for it.</summary>
internal static class KilledTraining
{
    internal const string Variable = "COMPRESSDSL_TEST_TRAINING";
    internal const string Begun = "begun";
    internal const int Steps = 90;

    internal static string RunIn(string folder) => Path.Combine(folder, "run");

    internal static string ResultIn(string folder) => Path.Combine(folder, "result.txt");

    internal static DistillationOptions OptionsIn(string folder, NoiseStream noise, Func<IReadOnlyDictionary<string, double>> measure) => new()
    {
        Steps = Steps,
        LearningRate = 0.01,
        WarmupSteps = 20,
        AccumulationSteps = 2,
        ReportEvery = 1,
        Seed = 5,
        Evaluation = new(7, measure),
        EarlyStop = new("loss", int.MaxValue),
        Checkpoint = new TrainingCheckpoint(RunIn(folder)) { Every = 3 },
        States = [noise],
        Metrics =
        [
            new CsvMetrics(Path.Combine(folder, "metrics.csv")),
            new JsonLinesMetrics(Path.Combine(folder, "metrics.jsonl")),
            new TensorBoardMetrics(Path.Combine(folder, "board")),
        ],
    };

#pragma warning disable CA2255 // The test assembly has the entry point of the test SDK; this comes before it.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void RunIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder)
        {
            Run(folder);
            Environment.Exit(0);
        }
    }

    private static void Run(string folder)
    {
        var pair = MatchedPair.Make();
        var (batches, noise, step) = (new Shuffled(7, 33), new NoiseStream(), 0);
        var held = TinyBatch.Make(99, 40);
        var report = pair.Train(
            batches,
            batch =>
            {
                if (++step == 1)
                {
                    Console.WriteLine(Begun);
                }

                Thread.Sleep(2); // so that a kill finds it at work
                return pair.Compute(batch, noise);
            },
            OptionsIn(folder, noise, Measure));

        using var scope = NewDisposeScope();
        var curve = report.Curve.SelectMany(static point => point.Terms.Select(term => $"{point.Step} {term.Name} {Bits(term.Value)}"));
        var evaluations = report.Evaluations.Select(static point => $"{point.Step} {Bits(point.Metrics["loss"])}");
        var weights = pair.Student.state_dict().Values.Concat(pair.Projections.state_dict().Values)
            .SelectMany(static tensor => tensor.to(ScalarType.Float64).reshape(-1).data<double>().ToArray()).Select(Bits);
        File.WriteAllLines(ResultIn(folder), [$"{report.Rows} {report.BestStep}", .. curve, .. evaluations, .. weights]);
        Console.WriteLine($"resumed {string.Join(",", report.ResumedFrom)}");
        foreach (var note in report.Notes)
        {
            Console.WriteLine(note);
        }

        IReadOnlyDictionary<string, double> Measure()
        {
            using var terms = DistillationTerms.FromLabels(pair.Student.call(tensor(held.Input, [40, 6]).clone()), tensor(held.Labels).clone());
            return new Dictionary<string, double> { ["loss"] = terms.Total.ToDouble() };
        }
    }

    private static string Bits(double value) => BitConverter.DoubleToInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture);
}
