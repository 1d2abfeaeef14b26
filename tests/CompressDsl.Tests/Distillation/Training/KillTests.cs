using System.Diagnostics;
using CompressDsl.Tests.Checkpoints;

namespace CompressDsl.Tests;

/// <summary>A training that is killed again and again learns what one learns that nobody stops: every loss, every weight, every metric, to the bit.</summary>
public sealed class KillTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Training_killed_at_any_moment_and_resumed_is_the_same_to_the_bit()
    {
        var (whole, killed) = (Make("whole"), Make("killed"));
        Assert.Equal("resumed ", await RunToTheEnd(whole));

        var random = new Random();
        for (var kill = 0; kill < 5; kill++)
        {
            using var process = Start(killed);
            var before = NewestState(killed);
            await WaitForBegin(process);
            while (kill % 2 == 0 && !process.HasExited && NewestState(killed) == before)
            {
                await Task.Delay(1); // so that it comes forward; in other rounds it may die before it has
            }

            await Task.Delay(random.Next(300));
            process.Kill(); // SIGKILL
            await process.WaitForExitAsync();
        }

        var resumed = await RunToTheEnd(killed);
        Assert.Matches("^resumed [1-9]", resumed);
        Assert.Equal(File.ReadAllLines(KilledTraining.ResultIn(whole)), File.ReadAllLines(KilledTraining.ResultIn(killed)));
        AssertSameMetrics(whole, killed);
    }

    private static void AssertSameMetrics(string whole, string killed)
    {
        // Speed is no part of what must repeat.
        Assert.Equal(Rows(whole), Rows(killed));
        Assert.Equal(Enumerable.Range(1, KilledTraining.Steps), File.ReadLines(Path.Combine(killed, "metrics.jsonl")).Select(StepOf));
        Assert.Equal(Events(whole), Events(killed));

        static string[] Rows(string folder)
        {
            var lines = File.ReadAllLines(Path.Combine(folder, "metrics.csv")).Select(static line => line.Split(',')).ToArray();
            var speed = Array.IndexOf(lines[0], "rows_per_second");
            return [.. lines.Select(cells => string.Join(',', cells.Where((_, i) => i != speed)))];
        }

        static int StepOf(string line)
        {
            using var json = System.Text.Json.JsonDocument.Parse(line);
            return json.RootElement.GetProperty("step").GetInt32();
        }

        static (long Step, string Tag, float Value)[] Events(string folder) =>
            [.. TestEvents.ReadFolder(Path.Combine(folder, "board")).Where(static value => value.Tag != "rows_per_second")];
    }

    private string Make(string name)
    {
        Directory.CreateDirectory(_folder[name]);
        return _folder[name];
    }

    private static Process Start(string folder) => Process.Start(new ProcessStartInfo("dotnet", [typeof(KillTests).Assembly.Location])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,

        // libtorch's idle threads spin; on a machine with more to do that is most of what these small trainings would cost.
        Environment = { [KilledTraining.Variable] = folder, ["OMP_NUM_THREADS"] = "1" },
    })!;

    private static string? NewestState(string folder) => Directory.Exists(KilledTraining.RunIn(folder))
        ? Directory.GetDirectories(KilledTraining.RunIn(folder), "step-*").Max(StringComparer.Ordinal)
        : null;

    private static async Task WaitForBegin(Process process)
    {
        // A training that is done already never begins.
        while (await process.StandardOutput.ReadLineAsync() is { } line && line != KilledTraining.Begun)
        {
        }
    }

    /// <returns>What it says of its resumes.</returns>
    private static async Task<string> RunToTheEnd(string folder)
    {
        using var process = Start(folder);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{await output}\n{await errors}");
        return (await output).Split('\n').Single(static line => line.StartsWith("resumed", StringComparison.Ordinal));
    }
}
