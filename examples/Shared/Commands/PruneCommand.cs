using System.CommandLine;
using System.Globalization;
using CompressDsl;
using Models;
using Spectre.Console;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Shared;

/// <summary><c>prune</c>: from one folder to another.</summary>
internal static class PruneCommand
{
    internal static Command Create<TModel>(Func<TokenCodec, IObjective> objective)
        where TModel : Module<Tensor, Tensor>, IHuggingFaceModel<TModel>
    {
        var (model, json) = (CommonOptions.Model(), CommonOptions.Json());
        var output = new Option<DirectoryInfo>("--out") { Description = "The folder to write; an old model is replaced at the end.", Required = true };
        var what = new PruneOptionSet();
        var calibration = new CalibrationOptionSet();
        var spill = new Option<bool>("--spill") { Description = "Keep the activations between two blocks on disk, beside the output." };
        var resume = new Option<bool>("--resume") { Description = "Go on with a stopped run of the same command, from its journal beside the output." };

        var command = new Command("prune", "Prunes the linear layers of every block and writes a folder like the one that was read.")
        {
            model, output, spill, resume, json,
        };
        what.All.Concat(calibration.All).ToList().ForEach(command.Options.Add);
        command.Run((parsed, cancellation) =>
        {
            JsonFile.RequireFolder(parsed.GetValue(json));
            var options = what.Read(parsed, calibration.HasData(parsed));
            using var folder = HuggingFaceFolder.Open(parsed.GetValue(model)!.FullName);
            var target = Path.TrimEndingDirectorySeparator(parsed.GetValue(output)!.FullName);
            folder.CheckTarget(target);
            using var open = new OpenModel<TModel>(folder);
            using var scope = NewDisposeScope();
            options = options with { Calibration = calibration.Read(parsed, open, objective) };

            var journal = new PruneJournal(target + ".journal");
            if (!parsed.GetValue(resume))
            {
                journal.Discard();
            }

            var activations = target + ".activations";
            Remove(activations); // of a run that was killed
            try
            {
                using var hint = cancellation.Register(() => Console.Error.WriteLine($"Stopping; the same command with --resume goes on from '{journal.Folder}'."));
                options = options with { Journal = journal, SpillFolder = parsed.GetValue(spill) ? activations : null };
                var report = Progress.Of("prune", told =>
                {
                    var done = open.Model.Prune(options, new Told<PruneProgress>(news => told(news.Path, news.Fraction)), cancellation);
                    cancellation.ThrowIfCancellationRequested();
                    told("writing", 1);
                    folder.Save(target, open.Model, open.Layout);
                    return done;
                });
                var figures = Pruned.From(report);
                JsonFile.Write(parsed.GetValue(json), figures);
                journal.Discard();
                figures.Show(target);
            }
            finally
            {
                Remove(activations);
            }
        });
        return command;
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <param name="Sparsity">The fraction of the pruned layers' weights that is zero.</param>
    /// <param name="Seconds">Of the pruning, without reading and writing.</param>
    /// <param name="Layers">What happened to each.</param>
    private sealed record Pruned(double Sparsity, double Seconds, IReadOnlyList<Layer> Layers)
    {
        internal static Pruned From(PruneReport report) => new(
            report.Sparsity,
            report.Seconds,
            [.. report.Weights.Where(static weight => !weight.Rule.IsDense).Select(static weight => new Layer(
                weight.Path, weight.Sparsity, weight.Error, weight.Damping, weight.DampingRaises, weight.DeadColumns, weight.Seconds))]);

        internal void Show(string target)
        {
            var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(target));
            table.AddColumn("layer", static column => column.NoWrap());
            string[] numbers = ["zeros", "error", "damping", "raised", "dead inputs", "seconds"];
            table.AddColumns([.. numbers.Select(static name => new TableColumn(name).RightAligned())]);
            foreach (var layer in Layers)
            {
                table.AddRow(
                    Markup.Escape(layer.Name),
                    Text(layer.Sparsity, "0.00%"),
                    Text(layer.Error, "0.00000"),
                    Text(layer.Damping, "0.####"),
                    Text(layer.DampingRaises, "0"),
                    Text(layer.DeadColumns, "0"),
                    Text(layer.Seconds, "0.00"));
            }

            table.AddRow("all", Text(Sparsity, "0.00%"), "", "", "", "", Text(Seconds, "0.00"));
            AnsiConsole.Write(table);
        }

        private static string Text(IFormattable? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
    }

    /// <summary>See <see cref="PrunedWeight"/>.</summary>
    private sealed record Layer(string Name, double Sparsity, double? Error, double? Damping, int DampingRaises, long? DeadColumns, double Seconds);
}
