using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Runtime.InteropServices;

namespace CompressDsl.Tool.CommandLine;

/// <summary>Runs a command, and says what went wrong in one message and one exit code.</summary>
internal static class ToolProgram
{
    private const string ToolName = "compressdsl";

    /// <summary>Runs the command that the arguments name.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="commands">All commands.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    internal static async Task<int> Run(string[] arguments, params Command[] commands)
    {
        // A RootCommand would have the name of the assembly.
        var root = new Command(ToolName, "Looks at, compares and converts checkpoints with pruned weights, and makes pages of reports.")
        {
            new HelpOption(), new VersionOption(),
        };
        Array.ForEach(commands, root.Subcommands.Add);

        // Figures are the same in every country, in what is read as in what is written.
        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentUICulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        var parsed = root.Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
            {
                Console.Error.WriteLine(error.Message);
            }

            var names = parsed.CommandResult.Command == root ? ToolName : $"{ToolName} {parsed.CommandResult.Command.Name}";
            Console.Error.WriteLine($"'{names} --help' says what is right.");
            return ExitCode.Error;
        }

        try
        {
            // Ctrl+C is heard between two tensors, and a large one takes its time.
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(5) });
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Cancelled.");
            return ExitCode.Cancelled;
        }
        catch (Exception error)
        {
            Console.Error.WriteLine(Describe(error));
            return ExitCode.Error;
        }
    }

    private static string Describe(Exception error) => error switch
    {
        // What libtorch says goes on with its own stack, line by line.
        ExternalException => $"libtorch: {error.Message.Split('\n')[0]}",
        IOException or UnauthorizedAccessException or FormatException or ArgumentException or InvalidOperationException or CheckpointMismatchException => error.Message,
        _ => $"{error.GetType().Name}: {error.Message}",
    };
}
