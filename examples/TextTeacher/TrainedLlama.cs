using CompressDsl;
using Models;

namespace TextTeacher;

/// <summary>The trained model that comes with the examples: it predicts the bytes of the SDK's documentation.</summary>
public static class TrainedLlama
{
    /// <summary>Bytes that a model sees at once.</summary>
    public const int Context = 256;

    /// <summary>Windows in a training step.</summary>
    public const int Batch = 8;

    /// <summary>Its shape: 1.67 million parameters, so that its file stays under 8 MB.</summary>
    public static LlamaConfig Config { get; } = new()
    {
        HiddenSize = 192,
        IntermediateSize = 512,
        Layers = 4,
        Heads = 6,
        KeyValueHeads = 2,
    };

    /// <summary>How it gets to know another text.</summary>
    public static DistillationOptions Adaptation { get; } = new() { Steps = 150, LearningRate = 2e-3, WarmupSteps = 10, WeightDecay = 0.1 };

    /// <summary>The file that comes with the examples.</summary>
    public static string File => Path.Combine(AppContext.BaseDirectory, "teacher.safetensors");

    /// <summary>The model with the weights of a file; the caller's.</summary>
    /// <param name="file">Null: <see cref="File"/>.</param>
    public static Llama Load(string? file = null)
    {
        var model = new Llama(Config);
        try
        {
            model.Load(file ?? File);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Lets a model learn from a text alone.</summary>
    /// <param name="model">The model.</param>
    /// <param name="corpus">The text.</param>
    /// <param name="options">How long, and how.</param>
    /// <param name="seed">Decides the order of the text.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellation">Stops after the step that is under way.</param>
    public static void Learn(
        Llama model, Corpus corpus, DistillationOptions options, int seed, IProgress<DistillationProgress>? progress = null, CancellationToken cancellation = default)
        => model.Train(
            TextWindows.Random(corpus.Train, Batch, Context, seed),
            windows => LanguageModel.Terms(model, windows),
            options,
            progress: progress,
            cancellationToken: cancellation);
}
