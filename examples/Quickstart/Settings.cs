using CompressDsl;

namespace Quickstart;

/// <summary>The shapes and budgets of the run.</summary>
public static class Settings
{
    /// <summary>How many windows a quality figure is measured on; 128 windows are 32,640 predictions.</summary>
    public const int ValidationWindows = 128;

    /// <summary>The seed of the shipped teacher: of its first weights and of the order of its text.</summary>
    public const int TeacherSeed = 1;

    /// <summary>How the shipped teacher was trained.</summary>
    public static DistillationOptions TeacherTraining { get; } = new()
    {
        Steps = 3000,
        LearningRate = 2e-3,
        WarmupSteps = 200,
        WeightDecay = 0.1,
        Schedule = LearningRateSchedule.Cosine,
    };

    /// <summary>How a pruned model learns from the model that it was; the budget says for how many steps.</summary>
    public static DistillationOptions Recovery { get; } = new() { Steps = 1, LearningRate = 1e-3, WarmupSteps = 5, WeightDecay = 0.01 };

    /// <summary>How both students are trained; the budget says for how many steps.</summary>
    public static DistillationOptions Student { get; } = new() { Steps = 1, LearningRate = 3e-3, WarmupSteps = 20, WeightDecay = 0.1 };
}
