using System.CommandLine;
using System.Globalization;
using CompressDsl;
using Spectre.Console;

namespace Shared;

/// <summary>What is run once for every seed, so that the rows show how much of a result is chance.</summary>
public static class SeededRuns
{
    private static readonly int[] Three = [1, 2, 3];

    public static Option<int[]> Seeds(string description) => new("--seeds")
    {
        Description = description,
        DefaultValueFactory = static _ => [.. Three],
        AllowMultipleArgumentsPerToken = true,
    };

    public static Option<bool> Quick() => new("--quick") { Description = "The same with a twentieth of the steps: for a look, its figures mean nothing." };

    /// <summary>A twentieth of the steps, where that was asked for.</summary>
    public static DistillationOptions Shortened(this DistillationOptions options, bool quick)
        => quick ? options with { Steps = Math.Max(2, options.Steps / 20), WarmupSteps = options.WarmupSteps / 20 } : options;

    /// <summary>Runs every seed in turn, with a progress bar for every training.</summary>
    /// <param name="seeds">The seeds.</param>
    /// <param name="run">The run of one seed; makes a bar of a name.</param>
    /// <param name="prepare">What comes before all seeds; makes a bar of a name.</param>
    /// <returns>The rows, in the order of the seeds.</returns>
    public static IReadOnlyList<TRow> Run<TRow>(
        IEnumerable<int> seeds,
        Func<int, Func<string, IProgress<DistillationProgress>>, TRow> run,
        Action<Func<string, IProgress<DistillationProgress>>>? prepare = null)
    {
        var rows = new List<TRow>();
        AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new RemainingTimeColumn()).Start(progress =>
        {
            prepare?.Invoke(Bar);
            rows.AddRange(seeds.Select(seed => run(seed, name => Bar($"seed {seed.ToString(CultureInfo.InvariantCulture)}: {name}"))));

            IProgress<DistillationProgress> Bar(string name)
            {
                var task = progress.AddTask(Markup.Escape(name));
                return new Told<DistillationProgress>(news => (task.MaxValue, task.Value) = (news.Steps, news.Step));
            }
        });
        return rows;
    }

    /// <summary>Shows the rows as a table.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">The columns, and the cell that a row has there.</param>
    public static void Show<TRow>(string title, IEnumerable<TRow> rows, params IReadOnlyList<(string Name, Func<TRow, string> Cell)> columns)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(title));
        table.AddColumns([.. columns.Select(static column => new TableColumn(column.Name).RightAligned())]);
        foreach (var row in rows)
        {
            table.AddRow([.. columns.Select(column => column.Cell(row))]);
        }

        AnsiConsole.Write(table);
    }
}
