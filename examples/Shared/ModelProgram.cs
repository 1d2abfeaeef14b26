using System.CommandLine;
using Models;
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
    public static Task<int> Run<TModel>(string[] arguments, string description, Func<TokenCodec, IObjective> objective, bool writes, params Command[] more)
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

        return ConsoleProgram.Run(root, arguments);
    }
}
