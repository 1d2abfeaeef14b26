using System.CommandLine;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CompressDsl;
using Models;
using Spectre.Console;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Shared;

/// <summary><c>generate</c>: lets a model write on.</summary>
internal static class GenerateCommand
{
    internal static Command Create<TModel>()
        where TModel : Module<Tensor, Tensor>, IHuggingFaceModel<TModel>
    {
        var (model, json) = (CommonOptions.Model(), CommonOptions.Json());
        var prompt = new Option<string>("--prompt") { Description = "The text to go on from.", Required = true };
        var count = CommonOptions.Count("--tokens", "How many tokens to write, at most.", 100);
        var temperature = CommonOptions.Number(
            "--temperature", "What the logits are divided by; 0 takes the likeliest token.", 1, static value => value >= 0, "at least 0 is needed");
        var seed = CommonOptions.Count("--seed", "Decides what is drawn.", 0, atLeast: 0);
        var command = new Command("generate", "Lets a model write on from a prompt.") { model, prompt, count, temperature, seed, json };
        command.Run((parsed, cancellation) =>
        {
            JsonFile.RequireFolder(parsed.GetValue(json));
            using var folder = HuggingFaceFolder.Open(parsed.GetValue(model)!.FullName);
            using var open = new OpenModel<TModel>(folder);
            var given = open.Codec.Encode(Encoding.UTF8.GetBytes(parsed.GetValue(prompt)!));
            if (given.Length == 0)
            {
                throw new ArgumentException("--prompt gives no token to go on from; at least one is needed.");
            }

            var clock = Stopwatch.StartNew();
            var written = Write(open, given, parsed.GetValue(count), parsed.GetValue(temperature), parsed.GetValue(seed), cancellation);
            var result = new Written(parsed.GetValue(prompt)!, open.Codec.Decode(written), written.Count, clock.Elapsed.TotalSeconds);
            AnsiConsole.WriteLine(result.Prompt + result.Text);
            JsonFile.Write(parsed.GetValue(json), result);
        });
        return command;
    }

    /// <summary>A model that takes so many tokens and no more goes on from the second half of what it can take.</summary>
    private static List<int> Write<TModel>(OpenModel<TModel> open, int[] given, int count, double temperature, int seed, CancellationToken cancellation)
        where TModel : Module<Tensor, Tensor>, IHuggingFaceModel<TModel>
    {
        var ends = Ends(open.Folder.Config);
        var longest = open.Model.LongestInput ?? given.Length + count;
        var all = given.ToList();
        while (all.Count < given.Length + count && !(all.Count > given.Length && ends.Contains(all[^1])))
        {
            long[] seen = [.. all.Skip(all.Count < longest ? 0 : all.Count - Math.Max(1, longest / 2))];
            using var written = open.Model.Generate([seen], new()
            {
                MaxNewTokens = Math.Min(given.Length + count - all.Count, longest - seen.Length),
                Decoding = temperature == 0 ? Decoding.Greedy : new SampledDecoding { Temperature = temperature },
                EndOfText = ends,
                Seed = seed + all.Count,
            }, cancellationToken: cancellation);
            all.AddRange(written.Written(0).Select(static token => (int)token));
        }

        return all[given.Length..];
    }

    /// <summary>The tokens after which a text is over: one, or a list.</summary>
    private static long[] Ends(HuggingFaceConfig config) => !config.Json.TryGetProperty("eos_token_id", out var end) ? [] : end.ValueKind switch
    {
        JsonValueKind.Number => [end.GetInt64()],
        JsonValueKind.Array => [.. end.EnumerateArray().Select(static one => one.GetInt64())],
        _ => [],
    };

    /// <param name="Prompt">What was given.</param>
    /// <param name="Text">What the model wrote.</param>
    /// <param name="Tokens">In how many tokens.</param>
    /// <param name="Seconds">For how long.</param>
    private sealed record Written(string Prompt, string Text, int Tokens, double Seconds);
}
