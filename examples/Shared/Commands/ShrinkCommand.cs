using System.CommandLine;
using System.Globalization;
using CompressDsl;
using Models;
using Spectre.Console;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Shared;

/// <summary><c>shrink</c>: from one folder to a smaller one.</summary>
internal static class ShrinkCommand
{
    internal static Command Create<TModel>(Func<TokenCodec, IObjective> objective)
        where TModel : Module<Tensor, Tensor>, IHuggingFaceModel<TModel>
    {
        var (model, json) = (CommonOptions.Model(), CommonOptions.Json());
        var output = new Option<DirectoryInfo>("--out") { Description = "The folder to write; an old model is replaced at the end.", Required = true };
        var (what, calibration) = (new ShrinkOptionSet(), new CalibrationOptionSet());
        var command = new Command("shrink", "Takes heads, FFN channels, hidden channels and layers away for real, and writes a smaller folder.") { model, output, json };
        what.All.Concat(calibration.All).ToList().ForEach(command.Options.Add);
        command.Run((parsed, cancellation) =>
        {
            JsonFile.RequireFolder(parsed.GetValue(json));
            var rules = what.Read(parsed, calibration.HasData(parsed));
            using var folder = HuggingFaceFolder.Open(parsed.GetValue(model)!.FullName);
            var target = Path.TrimEndingDirectorySeparator(parsed.GetValue(output)!.FullName);
            folder.CheckTarget(target);
            using var open = new OpenModel<TModel>(folder);
            using var scope = NewDisposeScope();

            var options = new PruneOptions { Targets = PruneTargets.Structure, Structure = rules, Calibration = calibration.Read(parsed, open, objective) };
            var shrunk = Progress.Of("shrink", told =>
            {
                var pruned = open.Model.Prune(options, new Told<PruneProgress>(news => told(news.Path, news.Fraction)), cancellation);
                folder.CheckShrink(open.Model, open.Layout);
                var report = open.Model.Shrink();
                cancellation.ThrowIfCancellationRequested();
                told("writing", 1);
                folder.Save(target, open.Model, open.Layout);
                return Shrunk.From(pruned, report);
            });
            JsonFile.Write(parsed.GetValue(json), shrunk);
            shrunk.Show(target);
        });
        return command;
    }

    /// <param name="ParametersBefore">How many numbers the model had.</param>
    /// <param name="ParametersAfter">How many are left.</param>
    /// <param name="Structures">What has lost something.</param>
    /// <param name="Obstacles">What stayed whole, and why.</param>
    private sealed record Shrunk(long ParametersBefore, long ParametersAfter, IReadOnlyList<ShrunkStructure> Structures, IReadOnlyList<string> Obstacles)
    {
        internal static Shrunk From(PruneReport pruned, ShrinkReport shrunk) => new(
            shrunk.ParametersBefore,
            shrunk.ParametersAfter,
            shrunk.Structures,
            [.. pruned.Structures.Where(static structure => structure.Obstacle is not null).Select(static structure => $"{structure.Path} {structure.Rule}: {structure.Obstacle}")]);

        internal void Show(string target)
        {
            var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(target));
            table.AddColumn("structure", static column => column.NoWrap());
            string[] numbers = ["before", "after"];
            table.AddColumns([.. numbers.Select(static name => new TableColumn(name).RightAligned())]);
            foreach (var structure in Structures)
            {
                table.AddRow(Markup.Escape(structure.Path), Text(structure.Before), Text(structure.After));
            }

            table.AddRow("parameters", Text(ParametersBefore), Text(ParametersAfter));
            AnsiConsole.Write(table);
            foreach (var obstacle in Obstacles)
            {
                AnsiConsole.MarkupLineInterpolated($"{obstacle}");
            }
        }

        private static string Text(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
    }
}
