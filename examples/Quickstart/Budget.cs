namespace Quickstart;

/// <summary>How much work a run does.</summary>
public sealed record Budget
{
    /// <summary>The run whose table stands in docs/guides/choosing.md: under six minutes on two cores.</summary>
    public static Budget Full { get; } = new()
    {
        ValidationWindows = Settings.ValidationWindows,
        CalibrationWindows = 64,
        AdaptSteps = 150,
        RecoverySteps = 120,
        StudentSteps = 250,
        Batch = 8,
        TimedRuns = 40,
    };

    /// <summary>The same steps with less of each: under a minute, for a look and for tests. Its figures are noisy.</summary>
    public static Budget Quick { get; } = new()
    {
        ValidationWindows = 16,
        CalibrationWindows = 8,
        AdaptSteps = 60,
        RecoverySteps = 20,
        StudentSteps = 60,
        Batch = 4,
        TimedRuns = 10,
    };

    /// <summary>On how many windows each quality figure is measured.</summary>
    public required int ValidationWindows { get; init; }

    /// <summary>How many windows the criteria that look at data see.</summary>
    public required int CalibrationWindows { get; init; }

    /// <summary>Steps in which the teacher, trained on other text, gets to know the text given by --corpus.</summary>
    public required int AdaptSteps { get; init; }

    /// <summary>Steps of distillation after pruning.</summary>
    public required int RecoverySteps { get; init; }

    /// <summary>Steps of each of the two trainings of the student.</summary>
    public required int StudentSteps { get; init; }

    /// <summary>Windows a step.</summary>
    public required int Batch { get; init; }

    /// <summary>Timed rounds of each latency, after the warm-up.</summary>
    public required int TimedRuns { get; init; }
}
