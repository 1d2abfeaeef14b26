using System.CommandLine;
using CompressDsl;
using Models;
using Spectre.Console;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Shared;

/// <summary>A program over the Hugging Face folders of one family of models.</summary>
public static class ModelProgram
{
    /// <summary>Runs the command that the arguments name.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="description">What the program is for.</param>
    /// <param name="objective">What its models are asked to predict, given their tokenizer.</param>
    /// <param name="writes">Whether its models can write text.</param>
    /// <param name="more">Commands of its own.</param>
    /// <returns>0; 1 where something was wrong with what was given, 130 where it was cancelled.</returns>
    public static async Task<int> Run<TModel>(string[] arguments, string description, Func<TokenCodec, IObjective> objective, bool writes, params Command[] more)
        where TModel : Module<Tensor, Tensor>, IHuggingFaceModel<TModel>
    {
        var root = new RootCommand(description)
        {
            InfoCommand.Create<TModel>(),
            EvalCommand.Create<TModel>(objective),
            PruneCommand.Create<TModel>(objective),
            ShrinkCommand.Create<TModel>(objective),
        };
        if (writes)
        {
            root.Subcommands.Add(GenerateCommand.Create<TModel>());
        }

        foreach (var command in more)
        {
            root.Subcommands.Add(command);
        }

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
