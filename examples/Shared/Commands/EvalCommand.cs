using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using CompressDsl;
using Models;
using Spectre.Console;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Shared;

/// <summary><c>eval</c>: how well a model predicts a text.</summary>
internal static class EvalCommand
{
    internal static Command Create<TModel>(Func<TokenCodec, IObjective> objective)
        where TModel : Module<Tensor, Tensor>, IHuggingFaceModel<TModel>
    {
        var (model, json) = (CommonOptions.Model(), CommonOptions.Json());
        var text = new Option<FileInfo>("--text") { Description = "The text to predict, a file in UTF-8.", Required = true };
        var from = CommonOptions.Number(
            "--from", "Where in the text to begin, as a fraction of it.", 0.9, static value => value is >= 0 and < 1, "at least 0 and below 1 is needed");
        var window = CommonOptions.Count("--window", "Tokens that the model sees at once; nothing is carried over to the next ones.", 256, atLeast: 4);
        var windows = CommonOptions.Count("--windows", "How many windows, one after the other.", 100);
        var command = new Command("eval", "Measures the perplexity of a model on a text.") { model, text, from, window, windows, json };
        command.Run((parsed, cancellation) =>
        {
            JsonFile.RequireFolder(parsed.GetValue(json));
            using var folder = HuggingFaceFolder.Open(parsed.GetValue(model)!.FullName);
            using var open = new OpenModel<TModel>(folder);
            open.RequireLength("--window", parsed.GetValue(window));
            var tokens = open.Codec.Encode(File.ReadAllBytes(parsed.GetValue(text)!.FullName), parsed.GetValue(from));
            var quality = Progress.Of("eval", told => Measure(
                open.Model, objective(open.Codec), tokens, parsed.GetValue(window), parsed.GetValue(windows), told, cancellation));
            AnsiConsole.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"perplexity {quality.Perplexity:0.0000}, {quality.Accuracy:0.0%} right, of {quality.Tokens:N0} tokens in {quality.Seconds:0.0} s"));
            JsonFile.Write(parsed.GetValue(json), quality);
        });
        return command;
    }

    private static Quality Measure(
        Module<Tensor, Tensor> model,
        IObjective objective,
        int[] tokens,
        int window,
        int windows,
        Action<string, double> told,
        CancellationToken cancellation)
    {
        var (step, length) = (window - objective.Framing, window - objective.Framing + objective.Ahead);
        if (((long)(windows - 1) * step) + length > tokens.Length)
        {
            var most = (tokens.Length - objective.Ahead) / step;
            throw new ArgumentException(
                $"--windows is {windows}, but that part of the text has {tokens.Length} tokens: {Math.Max(0, most)} windows of {window} at most.");
        }

        var clock = Stopwatch.StartNew();
        using var gradientsOff = no_grad();
        var (loss, right, predicted) = (0.0, 0L, 0L);
        for (var i = 0; i < windows; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (logits, targets) = objective.Predict(model, objective.Sequence(tokens.AsSpan(i * step, length)), i);
            loss += functional.cross_entropy(logits, targets, reduction: Reduction.Sum).item<float>();
            right += logits.argmax(1).eq(targets).sum().item<long>();
            predicted += targets.numel();
            told("eval", (i + 1.0) / windows);
        }

        return new(Math.Exp(loss / predicted), (double)right / predicted, predicted, clock.Elapsed.TotalSeconds);
    }

    /// <param name="Perplexity">e to the mean negative log-likelihood of a predicted token; that of a masked model is a pseudo-perplexity.</param>
    /// <param name="Accuracy">The fraction of them that the model held for the likeliest.</param>
    /// <param name="Tokens">How many were predicted.</param>
    /// <param name="Seconds">Of the model's work, without reading.</param>
    private sealed record Quality(double Perplexity, double Accuracy, long Tokens, double Seconds);
}
