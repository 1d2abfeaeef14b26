using System.Text.Json;
using static TorchSharp.torch;

namespace CompressDsl.Integration.Tests.Tool;

/// <summary><c>compressdsl diff</c>.</summary>
public sealed class DiffTests : IDisposable
{
    private readonly ToolRun tool = new();

    public void Dispose() => tool.Dispose();

    [Fact]
    public void SameCheckpoint_IsTheSame_HoweverItIsStored()
    {
        var dense = ToolNet.Save(tool["dense.safetensors"]);
        ToolNet.Save(tool["compact.safetensors"], SparseKernel.SemiStructured);

        Assert.Contains("The same: 8 tensors.", tool.Text("diff", dense, dense), StringComparison.Ordinal);
        var report = tool.Json(0, "diff", dense, tool["compact.safetensors"]);
        Assert.True(report.GetProperty("areSame").GetBoolean());
        Assert.Contains("up.weight", report.GetProperty("changedMetadata").EnumerateArray().Select(static key => key.GetString()));
        Assert.Equal(
            ["dense", "sparse-24-bitmask", "sparse-bitmask"],
            report.GetProperty("tensors").EnumerateArray().Select(static tensor => tensor.GetProperty("layoutB").GetString()).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Differences_AreThoseThatTorchComputes()
    {
        using var scope = NewDisposeScope();
        var a = rand(40, 30) + 1;
        var b = a.clone();
        b[3, 4] += 0.5f;
        b[5, 6] = 0;
        b[7, 8] = 0;
        var sparse = a.clone();
        sparse[0, 0] = 0;
        Write("a.safetensors", ("w", a), ("gone", ones(2)), ("shape", ones(2, 3)), ("type", ones(3)), ("nan", tensor(float.NaN)), ("back", sparse));
        Write("b.safetensors", ("w", b), ("new", ones(2)), ("shape", ones(3, 2)), ("type", ones(3, dtype: ScalarType.BFloat16)), ("nan", tensor(float.NaN)), ("back", a));

        var report = tool.Json(1, "diff", tool["a.safetensors"], tool["b.safetensors"]);

        Assert.Equal("gone", Assert.Single(report.GetProperty("onlyInA").EnumerateArray()).GetString());
        Assert.Equal("new", Assert.Single(report.GetProperty("onlyInB").EnumerateArray()).GetString());
        var tensors = report.GetProperty("tensors").EnumerateArray().ToDictionary(static tensor => tensor.GetProperty("name").GetString()!);
        var w = tensors["w"].GetProperty("values");
        Assert.Equal((b - a).abs().max().item<float>(), w.GetProperty("largest").GetDouble(), 6);
        Assert.Equal(((b - a).norm() / a.norm()).item<float>(), w.GetProperty("relative").GetDouble(), 5);
        Assert.Equal((3, 2, 0), (Count(w, "different"), Count(w, "zerosCame"), Count(w, "zerosWent")));
        Assert.Equal((1, 0, 1), (Count(tensors["back"].GetProperty("values"), "different"), Count(tensors["back"].GetProperty("values"), "zerosCame"), Count(tensors["back"].GetProperty("values"), "zerosWent")));
        Assert.False(tensors["shape"].TryGetProperty("values", out _));
        Assert.Equal("BF16", tensors["type"].GetProperty("typeB").GetString());
        Assert.Equal(0, Count(tensors["nan"].GetProperty("values"), "different"));
        Assert.Equal(4, Count(report, "different"));

        var (code, output, _) = tool.Run("diff", tool["a.safetensors"], tool["b.safetensors"]);
        Assert.Equal(1, code);
        Assert.Contains("only in a: gone\nonly in b: new", output, StringComparison.Ordinal);
        Assert.Contains("Different: 4 tensors differ, 1 do not, 1 are only in a, 1 only in b.", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Masks_CountWhereTheNumbersAreTheSame()
    {
        using var scope = NewDisposeScope();
        var weight = zeros(4, 4);
        Write("none.safetensors", ("w", weight));
        Write("one.safetensors", ("w", weight), ("w.mask", tensor(new byte[] { 255, 255 })));
        Write("other.safetensors", ("w", weight), ("w.mask", tensor(new byte[] { 254, 255 })));

        Assert.Equal("only in b", Mask(1, "none.safetensors", "one.safetensors"));
        Assert.Equal("1 bits differ", Mask(1, "one.safetensors", "other.safetensors"));
        Assert.Null(Mask(0, "other.safetensors", "other.safetensors"));

        string? Mask(int code, string a, string b) =>
            Assert.Single(tool.Json(code, "diff", tool[a], tool[b]).GetProperty("tensors").EnumerateArray()).TryGetProperty("mask", out var mask) ? mask.GetString() : null;
    }

    [Fact]
    public void Tolerance_LetsSmallDifferencesPass_AndNoChangedZeros()
    {
        using var scope = NewDisposeScope();
        Write("a.safetensors", ("w", tensor(new[] { 1f, 0f })));
        Write("b.safetensors", ("w", tensor(new[] { 1.001f, 0f })));
        Write("c.safetensors", ("w", tensor(new[] { 1f, 1e-6f })));

        Assert.Contains("within 0.01", tool.Text("diff", tool["a.safetensors"], tool["b.safetensors"], "--tolerance", "0.01"), StringComparison.Ordinal);
        Assert.Equal(1, tool.Run("diff", tool["a.safetensors"], tool["b.safetensors"], "--tolerance", "1e-4").ExitCode);
        Assert.Equal(1, tool.Run("diff", tool["a.safetensors"], tool["c.safetensors"], "--tolerance", "0.01").ExitCode);
        Assert.Contains("--tolerance is 0,5; a number of at least 0", tool.Error("diff", "a", "b", "--tolerance", "0,5"), StringComparison.Ordinal);
        Assert.Contains("--tolerance is -1", tool.Error("diff", "a", "b", "--tolerance", "-1"), StringComparison.Ordinal);
    }

    [Fact]
    public void MissingFile_IsAnErrorAndNoDifference() =>
        Assert.Contains("There is no 'missing'", tool.Error("diff", ToolNet.Save(tool["net.safetensors"]), "missing"), StringComparison.Ordinal);

    private static int Count(JsonElement values, string name) => values.GetProperty(name).GetInt32();

    private void Write(string file, params (string Name, Tensor Tensor)[] tensors) =>
        SafeTensors.Write(tool[file], tensors.Select(static tensor => KeyValuePair.Create(tensor.Name, tensor.Tensor)));
}
