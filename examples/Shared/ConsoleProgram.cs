using System.CommandLine;
using CompressDsl;
using Spectre.Console;

namespace Shared;

/// <summary>A program with commands, as a person or a script runs it.</summary>
public static class ConsoleProgram
{
    /// <summary>Runs the command that the arguments name.</summary>
    /// <returns>0; 1 where something was wrong with what was given, 130 where it was cancelled.</returns>
    public static async Task<int> Run(RootCommand root, string[] arguments)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 160; // a file has no edge; tables need not be cut
        }

        try
        {
            // Whoever is working hears of Ctrl+C between two steps, and a step on a large layer takes its time.
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(5) };
            return await root.Parse(arguments).InvokeAsync(configuration);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Cancelled.");
            return 130;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or ArgumentException
            or InvalidOperationException or CheckpointMismatchException)
        {
            // What the user gave: a path, a text, a folder, an option. The message names it and what would be right.
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }
}
