using CompressDsl;

namespace DistilBert;

/// <summary>The shapes and budgets of the run: under ten minutes on two cores.</summary>
public static class Settings
{
    public const int TeacherLayers = 6;
    public const int StudentLayers = 3;

    /// <summary>How many assemblies there are to tell apart.</summary>
    public const int Classes = 24;

    /// <summary>The first place says the class; then the first words of the sentence.</summary>
    public const int Length = 24;

    /// <summary>The words that are known: the most frequent of the training sentences.</summary>
    public const int Vocabulary = 4096;

    /// <summary>At most so many sentences of an assembly, so that no class is most of the task.</summary>
    public const int SentencesPerClass = 600;

    public const int Batch = 64;

    /// <summary>How many batches are looked at to say which heads and channels go.</summary>
    public const int CalibrationBatches = 16;

    public static DistillationOptions Teacher { get; } = new() { Steps = 600, LearningRate = 1e-3, WarmupSteps = 60, WeightDecay = 0.05, ReportEvery = 50 };

    /// <summary>For both students of half the layers: equal steps, equal schedule.</summary>
    public static DistillationOptions Student { get; } = new() { Steps = 400, LearningRate = 1e-3, WarmupSteps = 40, WeightDecay = 0.05, ReportEvery = 50 };

    /// <summary>For a teacher that lost half of its heads and channels, and for those of its shape from scratch: equal steps, equal schedule.</summary>
    public static DistillationOptions Recovery { get; } = Student with { Steps = 200, WarmupSteps = 20 };

    public static EncoderShape Shape(int vocabulary, int classes) => new(vocabulary, Length, Width: 96, Inner: 384, Heads: 4, classes, Dropout: 0.1);
}
