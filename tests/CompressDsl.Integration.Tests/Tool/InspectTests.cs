using System.Text;
using System.Text.Json;
using static TorchSharp.torch;

namespace CompressDsl.Integration.Tests.Tool;

/// <summary><c>compressdsl inspect</c>.</summary>
public sealed class InspectTests : IDisposable
{
    private readonly ToolRun tool = new();

    public void Dispose() => tool.Dispose();

    [Fact]
    public void Checkpoint_ShowsZerosPatternsMasksAndSizes()
    {
        var path = ToolNet.Save(tool["net.safetensors"]);
        using var net = ToolNet.Pruned();
        var state = net.state_dict();

        var report = tool.Json(0, "inspect", path);

        var tensors = report.GetProperty("tensors").EnumerateArray().ToDictionary(static tensor => tensor.GetProperty("name").GetString()!);
        Assert.Equal(state.Keys.Order(StringComparer.Ordinal), tensors.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, tensor) in tensors)
        {
            var values = state[name];
            Assert.Equal(values.numel() - values.count_nonzero().item<long>(), tensor.GetProperty("zeros").GetInt64());
            Assert.Equal("F32", tensor.GetProperty("type").GetString());
            Assert.Equal("dense", tensor.GetProperty("layout").GetString());
            Assert.Equal(values.numel() * 4, tensor.GetProperty("bytes").GetProperty("dense").GetInt64());
        }

        Assert.Equal("none", tensors["up.weight"].GetProperty("pattern").GetString());
        Assert.Equal("2:4", tensors["down.weight"].GetProperty("pattern").GetString());
        Assert.StartsWith("blocks ", tensors["blocks.weight"].GetProperty("pattern").GetString(), StringComparison.Ordinal);
        Assert.Equal(0.75, tensors["up.weight"].GetProperty("masked").GetDouble());
        Assert.Equal(0.5, tensors["down.weight"].GetProperty("masked").GetDouble());
        Assert.False(tensors["head.weight"].TryGetProperty("masked", out _));
        Assert.False(tensors["up.weight"].GetProperty("bytes").TryGetProperty("semiStructured", out _));
        Assert.Equal(1024 * 4 + (32 * 8), tensors["down.weight"].GetProperty("bytes").GetProperty("semiStructured").GetInt64());
        Assert.Equal(512 * 4 + (64 * 4) + (65 * 8), tensors["up.weight"].GetProperty("bytes").GetProperty("bitmask").GetInt64());
        Assert.Equal(512 * 8 + (65 * 4), tensors["up.weight"].GetProperty("bytes").GetProperty("csr").GetInt64());
        Assert.Equal(tensors.Values.Sum(static tensor => tensor.GetProperty("zeros").GetInt64()), report.GetProperty("zeros").GetInt64());
    }

    [Fact]
    public void Pattern_IsSaidWhereEveryZeroKeepsToIt()
    {
        using var scope = NewDisposeScope();
        var (row, column) = (arange(16).view(16, 1).expand(16, 32), arange(32).view(1, 32).expand(16, 32));
        var cases = new Dictionary<string, (Tensor Kept, string Pattern, int DeadRows, int DeadColumns)>
        {
            ["nothing"] = (row.ge(0), "none", 0, 0),
            ["all"] = (row.lt(0), "rows", 16, 32),
            ["rows"] = (row.remainder(5).ne(2), "rows", 3, 0),
            ["columns"] = (column.remainder(8).ne(1), "columns", 0, 4),
            ["both"] = (row.remainder(5).ne(2).logical_and(column.remainder(8).ne(1)), "rows and columns", 3, 4),
            ["2:4"] = ((row + column).remainder(4).lt(2), "2:4", 0, 0),
            ["2:4, once fewer"] = ((row + column).remainder(4).lt(2).logical_and(Not(row, column, 0, 0)), "2:4", 0, 0),
            ["2:4, once more"] = ((row + column).remainder(4).lt(2).logical_or(Not(row, column, 0, 2).logical_not()), "none", 0, 0),
            ["2:4 and rows"] = ((row + column).remainder(4).lt(2).logical_and(row.ne(3)), "2:4", 1, 0),
            ["1:8"] = ((row + column).remainder(8).eq(0), "1:8", 0, 0),
            ["4:8"] = ((row + column).remainder(8).lt(4), "4:8", 0, 0),
            ["blocks"] = (((row / 8).floor() + (column / 4).floor()).remainder(2).eq(0), "blocks 8x4", 0, 0),
            ["blocks, once fewer"] = (((row / 8).floor() + (column / 4).floor()).remainder(2).eq(0).logical_and(Not(row, column, 0, 0)), "none", 0, 0),
        };
        ScalarType[] types = [ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float16, ScalarType.Float64, ScalarType.Int8, ScalarType.Bool];
        SafeTensors.Write(
            tool["net.safetensors"],
            from one in cases from type in types select KeyValuePair.Create($"{one.Key}/{type}", (one.Value.Kept.to(type) * tensor(-1).to(type)).to(type)));

        var found = tool.Json(0, "inspect", tool["net.safetensors"]).GetProperty("tensors").EnumerateArray().ToArray();

        Assert.Equal(cases.Count * types.Length, found.Length);
        Assert.All(found, tensor =>
        {
            var (kept, pattern, deadRows, deadColumns) = cases[tensor.GetProperty("name").GetString()!.Split('/')[0]];
            Assert.Equal(
                (pattern, deadRows, deadColumns, 512 - kept.count_nonzero().item<long>()),
                (tensor.GetProperty("pattern").GetString(), tensor.GetProperty("deadRows").GetInt32(), tensor.GetProperty("deadColumns").GetInt32(), tensor.GetProperty("zeros").GetInt64()));
        });

        static Tensor Not(Tensor row, Tensor column, int atRow, int atColumn) => row.ne(atRow).logical_or(column.ne(atColumn));
    }

    [Fact]
    public void Convolution_IsSeenAlongItsInputChannels()
    {
        using var scope = NewDisposeScope();
        var kernel = ones(6, 8, 3, 3) * arange(8).remainder(4).lt(2).view(1, 8, 1, 1);
        SafeTensors.Write(tool["conv.safetensors"], [new("conv.weight", kernel)]);

        var found = tool.Json(0, "inspect", tool["conv.safetensors"]).GetProperty("tensors")[0];

        Assert.Equal("columns", found.GetProperty("pattern").GetString());
        Assert.Equal(4, found.GetProperty("deadColumns").GetInt32());
        Assert.Equal(0, found.GetProperty("deadRows").GetInt32());
    }

    [Fact]
    public void Folder_IsLookedIntoAcrossItsShards_AndPrintsPlainText()
    {
        Examples.TinyFolder.Write(
            tool["folder"], "{}", new Dictionary<string, long[]> { ["layers.10.weight"] = [8, 16], ["layers.2.weight"] = [8, 16], ["norm.weight"] = [16] }, "BF16", shards: 2);

        var lines = tool.Text("inspect", tool["folder"]).Split('\n');

        Assert.StartsWith("tensor", lines[2], StringComparison.Ordinal);
        Assert.Matches("^layers.2.weight +BF16 +8 x 16 +dense +0.0% +none +0 +0 +256 B", lines[4]);
        Assert.StartsWith("layers.10.weight", lines[5], StringComparison.Ordinal);
        Assert.Matches("^total +272 +0.0%", lines[7]);
        Assert.StartsWith("3 tensors; 544 B", lines[9], StringComparison.Ordinal);
    }

    [Fact]
    public void TypeThatTorchSharpDoesNotHave_IsListedAndNamed()
    {
        WriteHeader(tool["f8.safetensors"], """{"w":{"dtype":"F8_E4M3","shape":[2,4],"data_offsets":[0,8]}}""", 8);

        Assert.Contains("Not looked into, for TorchSharp has no such type: w", tool.Text("inspect", tool["f8.safetensors"]), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsWrong_IsNamedWithWhatWouldBeRight()
    {
        File.WriteAllText(tool["no.safetensors"], "no");
        Directory.CreateDirectory(tool["empty"]);

        Assert.Contains("There is no 'missing'; a .safetensors file, or a folder", tool.Error("inspect", "missing"), StringComparison.Ordinal);
        Assert.Contains("the file has 2 bytes", tool.Error("inspect", tool["no.safetensors"]), StringComparison.Ordinal);
        Assert.Contains("has no config.json", tool.Error("inspect", tool["empty"]), StringComparison.Ordinal);
        Assert.Contains("'compressdsl inspect --help' says what is right.", tool.Error("inspect"), StringComparison.Ordinal);
        Assert.Contains("'compressdsl --help' says what is right.", tool.Error("inspekt"), StringComparison.Ordinal);
    }

    [Fact]
    public void Help_SaysTheExitCodes()
    {
        Assert.Contains("Exit codes: 0 done, 2 error", tool.Text("inspect", "--help").ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("compressdsl [command] [options]", tool.Text("--help"), StringComparison.Ordinal);
    }

    /// <summary>1.6 GB of tensors of 32 MB, in a file that takes no room on the disk.</summary>
    [Fact]
    public void Memory_IsThatOfTheLargestTensor()
    {
        const long Bytes = 32 << 20;
        var header = new StringBuilder("{");
        for (var i = 0; i < 50; i++)
        {
            header.Append(i == 0 ? "" : ",").Append($$"""
                "w{{i}}":{"dtype":"F32","shape":[2048,4096],"data_offsets":[{{i * Bytes}},{{(i + 1) * Bytes}}]}
                """);
        }

        WriteHeader(tool["large.safetensors"], header.Append('}').ToString(), 50 * Bytes);
        SafeTensors.Write(tool["small.safetensors"], [new("w", zeros(8, 8))]);

        var more = PeakOf(tool["large.safetensors"]) - PeakOf(tool["small.safetensors"]);

        Assert.InRange(more, 1, 5 * Bytes);
    }

    private static long PeakOf(string path)
    {
        using var process = ToolRun.Start("inspect", path, "--json");
        var output = process.StandardOutput.ReadToEndAsync();
        var peak = 0L;
        while (!process.WaitForExit(20))
        {
            try
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64);
            }
            catch (InvalidOperationException)
            {
                break; // it ended just now
            }
        }

        Assert.Equal(1.0, JsonDocument.Parse(output.Result).RootElement.GetProperty("sparsity").GetDouble());
        return peak;
    }

    private static void WriteHeader(string path, string header, long dataBytes)
    {
        var utf8 = Encoding.UTF8.GetBytes(header);
        using var file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)utf8.Length));
        file.Write(utf8);
        file.SetLength(file.Length + dataBytes);
    }
}
