using System.CommandLine;
using CompressDsl;
using Models;
using Shared;
using Spectre.Console;
using TextTeacher;

namespace Distilling;

/// <summary>What every run starts from.</summary>
/// <param name="Corpus">The text.</param>
/// <param name="Teacher">A model that knows the text.</param>
/// <param name="Quick">Whether trainings are shortened.</param>
/// <param name="Cancellation">Stops after the step that is under way.</param>
public sealed record Session(Corpus Corpus, Llama Teacher, bool Quick, CancellationToken Cancellation)
{
    private const int AdaptationSeed = 8;

    /// <summary>Makes a command that runs something for every seed, on the SDK's documentation or on another text.</summary>
    /// <param name="name">The command.</param>
    /// <param name="description">What it shows.</param>
    /// <param name="run">The run of one seed; makes a progress bar of a name.</param>
    /// <param name="show">Shows the rows.</param>
    /// <typeparam name="TRow">The figures of one seed, as <c>--json</c> writes them.</typeparam>
    public static Command Create<TRow>(
        string name, string description, Func<Session, int, Func<string, IProgress<DistillationProgress>>, TRow> run, Action<IReadOnlyList<TRow>> show)
    {
        var (json, quick) = (CommonOptions.Json(), SeededRuns.Quick());
        var seeds = SeededRuns.Seeds("The seeds of first weights and of the order of the text, one run each.");
        var corpus = new Option<string?>("--corpus")
        {
            Description = "Another text: a file or a folder (default: the SDK's own documentation). The teacher learns from it for a while first.",
        };
        var command = new Command(name, description) { json, quick, seeds, corpus };
        command.SetAction((parsed, cancellation) =>
        {
            JsonFile.RequireFolder(parsed.GetValue(json));
            var path = parsed.GetValue(corpus);
            var text = path is null ? Corpus.FromReferencePack() : Corpus.FromPath(path);
            AnsiConsole.MarkupLineInterpolated($"{text.Description}: {text.Train.Length:N0} bytes to train on, {text.Validation.Length:N0} to validate.");
            using var teacher = TrainedLlama.Load();
            var session = new Session(text, teacher, parsed.GetValue(quick), cancellation);
            var rows = SeededRuns.Run(parsed.GetValue(seeds)!, (seed, bar) => run(session, seed, bar), prepare: path is null ? null : session.Adapt);
            show(rows);
            JsonFile.Write(parsed.GetValue(json), rows);
            return Task.CompletedTask;
        });
        return command;
    }

    // A teacher that does not know a text cannot teach it.
    private void Adapt(Func<string, IProgress<DistillationProgress>> bar)
        => TrainedLlama.Learn(Teacher, Corpus, TrainedLlama.Adaptation.Shortened(Quick), AdaptationSeed, bar("teacher learns the corpus"), Cancellation);
}
