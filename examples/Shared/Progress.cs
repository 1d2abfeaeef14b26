using Spectre.Console;

namespace Shared;

/// <summary>A bar that shows how far some work has come.</summary>
public static class Progress
{
    /// <summary>Shows a bar while <paramref name="work"/> is done.</summary>
    /// <param name="name">What it is called at first.</param>
    /// <param name="work">Tells what it is doing, and how much is done, from 0 to 1.</param>
    public static T Of<T>(string name, Func<Action<string, double>, T> work) => AnsiConsole.Progress()
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
        .Start(progress =>
        {
            var task = progress.AddTask(name, maxValue: 1);
            return work((stage, done) =>
            {
                task.Description = Markup.Escape(stage);
                task.Value = done;
            });
        });
}
