using System.Text.Json;
using static TorchSharp.torch;

namespace CompressDsl.Integration.Tests.Tool;

/// <summary><c>compressdsl convert</c>.</summary>
public sealed class ConvertTests : IDisposable
{
    private readonly ToolRun tool = new();

    public void Dispose() => tool.Dispose();

    [Theory]
    [InlineData("bitmask", "sparse-bitmask")]
    [InlineData("2:4", "sparse-24-bitmask")]
    public void CompactCheckpoint_LoadsWithItsMasks_AndComesBackTheSame(string layout, string format)
    {
        var dense = ToolNet.Save(tool["dense.safetensors"]);

        var report = tool.Json(0, "convert", dense, tool["compact.safetensors"], "--layout", layout);
        tool.Text("convert", tool["compact.safetensors"], tool["back.safetensors"], "--layout", "dense");

        Assert.Equal(File.ReadAllBytes(dense), File.ReadAllBytes(tool["back.safetensors"]));
        Assert.Contains("The same: 8 tensors.", tool.Text("diff", dense, tool["compact.safetensors"]), StringComparison.Ordinal);
        Assert.Equal(new FileInfo(dense).Length, report.GetProperty("bytesBefore").GetInt64());
        Assert.Equal(new FileInfo(tool["compact.safetensors"]).Length, report.GetProperty("bytesAfter").GetInt64());
        Assert.True(report.GetProperty("bytesAfter").GetInt64() < report.GetProperty("bytesBefore").GetInt64());
        Assert.Equal(format, LayoutOf(report, "down.weight"));
        Assert.Equal("dense", LayoutOf(report, "head.weight"));

        using var expected = ToolNet.Pruned();
        using var net = new ToolNet();
        var loaded = net.Load(tool["compact.safetensors"]);
        Assert.Equal("kept", loaded.Metadata["note"]);
        foreach (var (name, tensor) in expected.state_dict())
        {
            Assert.True(tensor.Equals(net.state_dict()[name]), name);
        }

        Assert.Equal(0.75, net.Compression.up.Mask.Sparsity);
        Assert.Equal(0.5, net.Compression.down.Mask.Sparsity);
    }

    [Fact]
    public void CompactCheckpointOfTheLibrary_IsWhatTheToolWrites()
    {
        ToolNet.Save(tool["dense.safetensors"]);
        ToolNet.Save(tool["library.safetensors"], SparseKernel.Bitmask);

        // What the library leaves dense, a Linear, the tool compresses.
        tool.Text("convert", tool["library.safetensors"], tool["again.safetensors"], "--layout", "bitmask");
        tool.Text("convert", tool["dense.safetensors"], tool["tool.safetensors"], "--layout", "bitmask");

        Assert.Equal(File.ReadAllBytes(tool["again.safetensors"]), File.ReadAllBytes(tool["tool.safetensors"]));
    }

    [Theory]
    [InlineData("f16", "F16")]
    [InlineData("bf16", "BF16")]
    [InlineData("f64", "F64")]
    public void Type_ChangesNumbersAlone_AndTheMasksHold(string type, string dtype)
    {
        var path = ToolNet.Save(tool["net.safetensors"]);
        tool.Text("convert", path, tool["small.safetensors"], "--dtype", type, "--layout", "bitmask");

        using var file = SafeTensorsFile.Open(tool["small.safetensors"]);
        Assert.Equal(dtype, file.Tensors["up.compressed"].Dtype);
        Assert.Equal(dtype, file.Tensors["head.bias"].Dtype);
        using var net = new ToolNet();
        net.Load(tool["small.safetensors"]);
        using var before = ToolNet.Pruned();
        var target = dtype switch { "F16" => ScalarType.Float16, "BF16" => ScalarType.BFloat16, _ => ScalarType.Float64 };
        foreach (var (name, tensor) in before.state_dict())
        {
            Assert.True(tensor.to(target).to(ScalarType.Float32).Equals(net.state_dict()[name]), name);
        }

        Assert.Equal(0.75, net.Compression.up.Mask.Sparsity);
    }

    [Fact]
    public void CompressedWeight_KeepsWhatIsStored_WhenItsTypeAloneChanges()
    {
        var path = ToolNet.Save(tool["net.safetensors"]);
        tool.Text("convert", path, tool["compact.safetensors"], "--layout", "2:4");
        tool.Text("convert", tool["compact.safetensors"], tool["half.safetensors"], "--dtype", "bf16");

        using var before = SafeTensorsFile.Open(tool["compact.safetensors"]);
        using var after = SafeTensorsFile.Open(tool["half.safetensors"]);
        Assert.Equal(before.Names.Order(StringComparer.Ordinal), after.Names.Order(StringComparer.Ordinal));
        Assert.True(before.Read("down.bitmask").Equals(after.Read("down.bitmask")));
        Assert.True(before.Read("up.weight.mask").Equals(after.Read("up.weight.mask")));
        Assert.Equal(before.Metadata, after.Metadata);
    }

    [Fact]
    public void Overflow_IsAnErrorThatNamesTheTensor_AndNothingIsWritten()
    {
        using var scope = NewDisposeScope();
        SafeTensors.Write(tool["large.safetensors"], [new("fine", ones(3)), new("fc.weight", tensor(new[] { 1f, 70000f, float.PositiveInfinity }))]);

        var error = tool.Error("convert", tool["large.safetensors"], tool["out.safetensors"], "--dtype", "f16");

        Assert.Contains("Tensor fc.weight F32 [3] holds 70,000, which is infinite in F16; the largest there is 65,504.", error, StringComparison.Ordinal);
        Assert.Equal(["large.safetensors"], Directory.GetFileSystemEntries(Path.GetDirectoryName(tool["x"])!).Select(Path.GetFileName));
        tool.Text("convert", tool["large.safetensors"], tool["out.safetensors"], "--dtype", "bf16");
    }

    [Fact]
    public void NumbersThatBecomeZero_AreReported()
    {
        using var scope = NewDisposeScope();
        SafeTensors.Write(tool["tiny.safetensors"], [new("w", tensor(new[] { 1f, 1e-9f, -1e-9f, 0f }))]);

        var report = tool.Json(0, "convert", tool["tiny.safetensors"], tool["out.safetensors"], "--dtype", "f16");

        Assert.Equal(2, report.GetProperty("roundedToZero").GetInt64());
        Assert.Contains("2 numbers were too small for the new type", tool.Text("convert", tool["tiny.safetensors"], tool["out.safetensors"], "--dtype", "f16", "--force"), StringComparison.Ordinal);
    }

    [Fact]
    public void MaskThatKeepsAZero_StaysBesideTheCompressedWeight()
    {
        using var scope = NewDisposeScope();
        var weight = zeros(8, 32);
        weight[0, 0] = 1;
        byte[] kept = [3, .. new byte[31]]; // the second number is kept, and zero
        SafeTensors.Write(tool["net.safetensors"], [new("fc.weight", weight), new("fc.weight.mask", tensor(kept))]);

        tool.Text("convert", tool["net.safetensors"], tool["compact.safetensors"], "--layout", "bitmask");

        using var file = SafeTensorsFile.Open(tool["compact.safetensors"]);
        Assert.Equal("sparse-bitmask", file.Metadata["fc.weight"]);
        Assert.Equal(kept, file.Read("fc.weight.mask").bytes.ToArray());
        Assert.DoesNotContain("fc.weight.mask", file.Metadata.Keys);
        tool.Text("diff", tool["net.safetensors"], tool["compact.safetensors"]);
    }

    [Fact]
    public void Folder_IsWrittenWithItsConfigAndTokenizer_AndComesBack()
    {
        const string Config = """{ "model_type": "own", "torch_dtype": "float32", "hidden_size": 16 }""";
        using (var scope = NewDisposeScope())
        {
            Directory.CreateDirectory(tool["in"]);
            File.WriteAllText(tool["in/config.json"], Config);
            File.WriteAllText(tool["in/tokenizer.json"], "{}");
            SafeTensors.Write(tool["in/model.safetensors"], [new("fc.weight", rand(16, 16) * rand(16, 16).gt(0.8)), new("fc.bias", rand(16))]);
        }

        var report = tool.Json(0, "convert", tool["in"], tool["out"], "--layout", "bitmask", "--dtype", "bf16");
        Assert.Equal("sparse-bitmask", LayoutOf(report, "fc.weight"));
        var config = JsonDocument.Parse(File.ReadAllText(tool["out/config.json"])).RootElement;
        Assert.Equal("bfloat16", config.GetProperty("torch_dtype").GetString());
        Assert.Equal("sparse-bitmask", config.GetProperty("quantization_config").GetProperty("sparsity_config").GetProperty("format").GetString());
        Assert.Equal("{}", File.ReadAllText(tool["out/tokenizer.json"]));

        tool.Text("convert", tool["out"], tool["back"], "--layout", "dense", "--dtype", "f32");
        tool.Text("convert", tool["in"], tool["rounded"], "--dtype", "bf16");
        Assert.Contains("The same: 2 tensors.", tool.Text("diff", tool["out"], tool["rounded"]), StringComparison.Ordinal);
        Assert.Equal(1, tool.Run("diff", tool["out"], tool["back"]).ExitCode); // another type
        Assert.False(JsonDocument.Parse(File.ReadAllText(tool["back/config.json"])).RootElement.TryGetProperty("quantization_config", out _));
        using var folder = HuggingFaceFolder.Open(tool["back"]);
        using var other = HuggingFaceFolder.Open(tool["out"]);
        Assert.True(other.Read("fc.weight").to(ScalarType.Float32).Equals(folder.Read("fc.weight")));
        Assert.Contains("'" + tool["out"] + "' exists; with --force", tool.Error("convert", tool["in"], tool["out"], "--dtype", "f16"), StringComparison.Ordinal);
        Assert.Contains("is, or holds, the folder that is read", tool.Error("convert", tool["in"], tool["in"], "--dtype", "f16", "--force"), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatCannotBeDone_IsNamed()
    {
        var path = ToolNet.Save(tool["net.safetensors"]);

        Assert.Contains("Neither --layout nor --dtype", tool.Error("convert", path, tool["x.safetensors"]), StringComparison.Ordinal);
        Assert.Contains("is the file that is read", tool.Error("convert", path, path, "--dtype", "f16", "--force"), StringComparison.Ordinal);
        Assert.Contains("one that ends with .safetensors", tool.Error("convert", path, tool["x.bin"], "--dtype", "f16"), StringComparison.Ordinal);
        Assert.Contains("there is no folder", tool.Error("convert", path, tool["no/x.safetensors"], "--dtype", "f16"), StringComparison.Ordinal);
        Assert.Contains("f8", tool.Error("convert", path, tool["x.safetensors"], "--dtype", "f8"), StringComparison.Ordinal);
        File.WriteAllText(tool["x.safetensors"], "old");
        Assert.Contains("exists; with --force it is replaced", tool.Error("convert", path, tool["x.safetensors"], "--dtype", "f16"), StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(tool["x.safetensors"]));
        tool.Text("convert", path, tool["x.safetensors"], "--dtype", "f16", "--force");
        Assert.Equal(1, tool.Run("diff", path, tool["x.safetensors"]).ExitCode);
    }

    private static string LayoutOf(JsonElement report, string tensor) =>
        report.GetProperty("tensors").EnumerateArray().Single(found => found.GetProperty("name").GetString() == tensor).GetProperty("layoutAfter").GetString()!;
}
