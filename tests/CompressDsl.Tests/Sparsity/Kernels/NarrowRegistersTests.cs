using System.Diagnostics;

namespace CompressDsl.Tests.Sparsity;

/// <summary>The kernels once more, in a process whose machine has narrower registers.</summary>
[Collection(nameof(SparseProductTests))]
public sealed class NarrowRegistersTests
{
    private const string Expected = "COMPRESSDSL_TEST_REGISTERS";

    [Theory]
    [InlineData("DOTNET_EnableAVX512", 256)]
    [InlineData("DOTNET_EnableAVX2", 128)]
    public async Task Without_an_instruction_set_the_kernels_give_the_same(string without, int registers)
    {
        if (SparseProduct.Registers < registers)
        {
            return; // this machine has less anyway, and all tests have run with that
        }

        var start = new ProcessStartInfo("dotnet", ["test", typeof(SparseProductTests).Assembly.Location, "--filter", $"FullyQualifiedName~{nameof(SparseProductTests)}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [without] = "0", [Expected] = $"{registers}" },
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{await output}\n{await errors}");
        Assert.Contains("Passed!", await output);
    }

    /// <summary>What the process that runs this was asked to have; null for one that nobody asked.</summary>
    internal static string? ExpectedRegisters => Environment.GetEnvironmentVariable(Expected);
}
