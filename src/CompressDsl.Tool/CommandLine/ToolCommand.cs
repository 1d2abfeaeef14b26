using System.CommandLine;

namespace CompressDsl.Tool.CommandLine;

/// <summary>What all commands have in common: <c>--json</c>, and work that can be cancelled and ends in a report.</summary>
internal static class ToolCommand
{
    /// <summary>Makes a command.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is for; the exit codes stand behind it.</param>
    /// <param name="exitCodes">What the help says of them.</param>
    /// <param name="symbols">Its arguments and options.</param>
    /// <param name="work">Does it, and reports.</param>
    /// <param name="exitCode">What is told the shell; null: <see cref="ExitCode.Done"/>.</param>
    internal static Command Create<TReport>(
        string name,
        string description,
        string exitCodes,
        IEnumerable<Symbol> symbols,
        Func<ParseResult, CancellationToken, TReport> work,
        Func<TReport, int>? exitCode = null)
        where TReport : ToolReport
    {
        var json = new Option<bool>("--json") { Description = "Print JSON in the place of text." };
        var command = new Command(name, $"{description} {exitCodes}");
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)symbol);
            }
        }

        command.Options.Add(json);
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                using var gradientsOff = TorchSharp.torch.no_grad();
                var report = work(parsed, cancellation);
                report.Show(parsed.GetValue(json));
                return exitCode?.Invoke(report) ?? ExitCode.Done;
            },
            CancellationToken.None));
        return command;
    }
}
