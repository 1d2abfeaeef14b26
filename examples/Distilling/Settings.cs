using CompressDsl;
using Models;
using TextTeacher;

namespace Distilling;

/// <summary>The shapes and budgets of the runs: each under ten minutes on two cores.</summary>
public static class Settings
{
    /// <summary>A sixth of the teacher.</summary>
    public static LlamaConfig Student { get; } = TrainedLlama.Config with { HiddenSize = 96, IntermediateSize = 256, Layers = 2, Heads = 4 };

    /// <summary>Rows of a step of pre-training: few, as of a large text on small hardware. Then a step's gradient is noisy, and a teacher's whole distribution is worth more.</summary>
    public const int PretrainingBatch = 2;

    /// <summary>On how much of the text alone's tokens the teacher has to show its worth.</summary>
    public const double TeacherShare = 0.7;

    /// <summary>Of so many lines the next one is drawn.</summary>
    public const int ShuffleBuffer = 20_000;

    public const int EvaluateEvery = 50;

    public const int EvaluationWindows = 64;

    public static DistillationOptions Pretraining { get; } = new() { Steps = 2000, LearningRate = 2e-3, WarmupSteps = 100, WeightDecay = 0.1 };

    /// <summary>A student so small that it cannot do everything: a twentieth of the teacher.</summary>
    public static LlamaConfig Writer { get; } = TrainedLlama.Config with { HiddenSize = 64, IntermediateSize = 128, Layers = 1, Heads = 2 };

    /// <summary>How it gets to know the text, without a teacher: one that writes noise learns nothing from what it writes.</summary>
    public static DistillationOptions Reading { get; } = new() { Steps = 1500, LearningRate = 4e-3, WarmupSteps = 20, WeightDecay = 0.1 };

    /// <summary>How it is distilled.</summary>
    public static DistillationOptions Writing { get; } = new() { Steps = 300, LearningRate = 2e-3, WarmupSteps = 10, WeightDecay = 0.1 };

    public const int WritingBatch = 8;

    /// <summary>Bytes of a prompt.</summary>
    public const int Prompt = 32;

    /// <summary>Bytes after it.</summary>
    public const int Written = 96;

    /// <summary>How many texts the teacher judges.</summary>
    public const int Judged = 256;
}
