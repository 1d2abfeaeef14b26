using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Sparsity;

/// <summary>What is measured, what is kept of it, and what is decided from it.</summary>
[Collection(nameof(GlobalKernelTable))]
public sealed class KernelTableTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly string before = KernelTable.Path;
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public KernelTableTests() => KernelTable.Path = Path.Combine(folder, "deeper", "kernels.json");

    public void Dispose()
    {
        KernelTable.Path = before;
        Directory.Delete(folder, recursive: true);
        scope.Dispose();
    }

    [Fact]
    public void A_layer_is_measured_once_and_then_read_from_the_file()
    {
        using var layer = Layer(SparseKernel.Bitmask);
        layer.Compact();
        var measured = layer.Timings;
        Assert.Equal([1, 4, 16, 64, 256], measured.Select(static timing => timing.Vectors));
        Assert.All(measured, static timing => Assert.True(timing is { Dense: > 0, Speedup: > 0, Rows: 96, Columns: 128, Sparsity: 0.5 }));
        Assert.All(measured, static timing => Assert.Null(timing.Library));

        // What nobody measured could not be told from what is read, so change the file.
        var text = File.ReadAllText(KernelTable.Path);
        KernelTable.Path += ".changed";
        File.WriteAllText(KernelTable.Path, text.Replace("\"Vectors\": 256", "\"Vectors\": 257", StringComparison.Ordinal));
        using var same = Layer(SparseKernel.Bitmask);
        same.Compact();
        Assert.Equal([1, 4, 16, 64, 257], same.Timings.Select(static timing => timing.Vectors));

        using var other = Layer(SparseKernel.Csr);
        other.Compact();
        Assert.Equal(10, KernelTable.Current.Timings.Count);
        Assert.Contains("128 -> 96", KernelReport.Current.ToString());
        Assert.Contains(KernelTable.Path, KernelReport.Current.ToString());
        KernelTable.Clear();
        Assert.Empty(KernelTable.Current.Timings);
        Assert.False(File.Exists(KernelTable.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("[null, {}]")]
    [InlineData("[{\"Machine\": \"another\", \"Timings\": []}]")]
    public void A_file_that_says_nothing_about_this_machine_is_measured_anew(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(KernelTable.Path)!);
        File.WriteAllText(KernelTable.Path, text);
        using var layer = Layer(SparseKernel.Bitmask);
        layer.Compact();
        Assert.Equal(5, layer.Timings.Count);
        Assert.Equal(text.Contains("another", StringComparison.Ordinal), File.ReadAllText(KernelTable.Path).Contains("another", StringComparison.Ordinal));
    }

    [Fact]
    public void A_table_that_cannot_be_written_lasts_as_long_as_the_process()
    {
        File.WriteAllText(Path.Combine(folder, "file"), "");
        KernelTable.Path = Path.Combine(folder, "file", "kernels.json");
        using var layer = Layer(SparseKernel.Bitmask);
        layer.Compact();
        Assert.Equal(5, KernelTable.Current.Timings.Count);
    }

    [Fact]
    public void The_fastest_kernel_of_the_nearest_number_of_vectors_is_taken()
    {
        KernelTiming At(int vectors, double dot, double walk, double tile) =>
            new(SparseKernel.Bitmask, "Float32", 8, 8, 0.5, vectors, 10, dot, walk, tile);
        var plan = KernelPlan.Of([At(1, 1, 2, 3), At(4, 2, 1, 3), At(64, 3, 2, 1)]);
        Assert.Equal(ProductKernel.Dot, plan.At(1));
        Assert.Equal(ProductKernel.Dot, plan.At(2));
        Assert.Equal(ProductKernel.Walk, plan.At(3));
        Assert.Equal(ProductKernel.Walk, plan.At(16));
        Assert.Equal(ProductKernel.Tile, plan.At(17));
        Assert.Equal(ProductKernel.Tile, plan.At(100_000));
    }

    [Fact]
    public void For_speed_a_layer_that_would_be_slower_stays_dense_and_the_report_says_where()
    {
        using var layer = Layer(SparseKernel.Bitmask);
        using var model = nn.Sequential(("layer", layer));
        layer.Compact();
        var timings = layer.Timings;
        layer.Densify();

        // Whatever this machine can do: in one table everything is fast, in the other one thing is slow, at 16 vectors.
        KernelTable.Add([.. timings.Select(static timing => timing with { Dense = 10, Dot = 1, Walk = 1, Tile = 1 })]);
        Assert.Equal(SparseKernel.Bitmask, model.Compact().Layers[0].Storage);
        Assert.Contains("10.00x", model.Compact(purpose: Purpose.Size).ToString());
        layer.Densify();
        var slow = timings.Select(static timing => timing with { Dense = timing.Vectors == 16 ? 0.5 : 10, Dot = 1, Walk = 1, Tile = 1 }).ToArray();
        Assert.Equal(16, KernelChoice.FindSlower(KernelPlan.Of(slow))?.Vectors);
        Assert.Null(KernelChoice.FindSlower(KernelPlan.Of([.. slow.Where(static timing => timing.Vectors != 16)])));
    }

    [Fact]
    public void What_is_slower_than_dense_on_any_machine_stays_dense_for_speed_alone()
    {
        // In float64 CSR is multiplied by libtorch, all numbers one by one.
        using var model = nn.Sequential(("full", new SparseLinear(512, 512, kernel: SparseKernel.Csr, dtype: ScalarType.Float64)));
        model.eval();
        var report = model.Compact();
        Assert.Equal(SparseKernel.None, report.Layers[0].Storage);
        Assert.Contains("of dense with", report.Layers[0].Why);
        Assert.Equal(SparseKernel.Csr, model.Compact(purpose: Purpose.Size).Layers[0].Storage);
    }

    private static SparseLinear Layer(SparseKernel kernel)
    {
        var layer = new SparseLinear(128, 96, kernel: kernel);
        using (no_grad())
        {
            layer.weight.view(-1, 2).narrow(1, 0, 1).zero_();
        }

        layer.eval();
        return layer;
    }
}
