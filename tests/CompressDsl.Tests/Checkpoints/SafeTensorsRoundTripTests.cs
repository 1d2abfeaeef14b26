using System.Text;
using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Checkpoints;

public sealed class SafeTensorsRoundTripTests : IDisposable
{
    private static readonly ScalarType[] Dtypes =
    [
        ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16,
        ScalarType.Int64, ScalarType.Int32, ScalarType.Int16, ScalarType.Int8, ScalarType.Byte, ScalarType.Bool,
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Any_dtype_and_shape_comes_back_bit_for_bit()
    {
        var shapes = Gen.Long[0, 5].Array[0, 4];
        var names = Gen.String[Gen.Char[' ', '\u04FF'], 0, 12];
        var file = Gen.Select(names, Gen.Int[0, Dtypes.Length - 1].Select(at => Dtypes[at]), shapes).Array[0, 6];
        file.Sample(
            entries =>
            {
                using var scope = NewDisposeScope();
                var tensors = new Dictionary<string, Tensor>();
                foreach (var (name, dtype, shape) in entries)
                {
                    tensors[name] = randint(-90, 90, shape).to_type(dtype);
                }

                var path = _folder["any.safetensors"];
                Assert.Equal(SafeTensors.Size(tensors), SafeTensors.Write(path, tensors));
                Assert.Equal(SafeTensors.Size(tensors), new FileInfo(path).Length);
                using var opened = SafeTensorsFile.Open(path);
                Assert.Equal(tensors.Keys.Order(StringComparer.Ordinal), opened.Names.Order(StringComparer.Ordinal));
                foreach (var (name, tensor) in tensors)
                {
                    AssertSame(tensor, opened.Read(name));
                }
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public void Special_values_keep_their_bits()
    {
        var values = tensor(new[] { float.NaN, float.PositiveInfinity, -0f, float.Epsilon, float.MaxValue });
        foreach (var type in new[] { ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16 })
        {
            AssertSame(values.to_type(type), RoundTrip(values.to_type(type)));
        }
    }

    [Fact]
    public void Views_and_parameters_are_written_as_what_they_show()
    {
        var grid = arange(24, dtype: ScalarType.Float32).reshape(4, 6);
        foreach (var view in new[] { grid.t(), grid[TensorIndex.Slice(1, null, 2)], grid.select(1, 3), grid[1, 2], grid.expand(2, 4, 6) })
        {
            AssertSame(view.contiguous(), RoundTrip(view));
        }

        AssertSame(grid, RoundTrip(grid.clone().requires_grad_()));
    }

    [Fact]
    public void Metadata_comes_back()
    {
        var metadata = new Dictionary<string, string> { ["π \"quoted\"\n"] = "ü", [""] = "" };
        SafeTensors.Write(_folder["m"], [], metadata);
        using var file = SafeTensorsFile.Open(_folder["m"]);
        Assert.Empty(file.Names);
        Assert.Equal(metadata, file.Metadata);
    }

    [Fact]
    public void The_bytes_are_the_reference_implementations()
    {
        Dictionary<string, Tensor> tensors = new()
        {
            ["b"] = tensor(new byte[] { 7 }),
            ["y"] = tensor(new[] { 1f }),
            ["a"] = tensor(new[] { 2f, 3f }),
        };
        var header = """
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
            "y":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},
            "b":{"dtype":"U8","shape":[1],"data_offsets":[12,13]}}
            """.ReplaceLineEndings("");
        var padded = header.PadRight((header.Length + 7) / 8 * 8);
        byte[] expected = [(byte)padded.Length, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(padded), 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 63, 7];

        SafeTensors.Write(_folder["one"], tensors);
        SafeTensors.Write(_folder["two"], tensors.Reverse());

        Assert.Equal(expected, File.ReadAllBytes(_folder["one"]));
        Assert.Equal(expected, File.ReadAllBytes(_folder["two"]));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_no_other()
    {
        SafeTensors.Write(_folder["w"], [new("kept", ones(2))]);
        var disposed = ones(1);
        disposed.Dispose();
        using var compiled = jit.compile("def csr(x):\n  return x.to_sparse_csr()\n");
        var csr = (Tensor)compiled.invoke("csr", eye(2));
        KeyValuePair<string, Tensor>[][] wrong =
        [
            [new("x", disposed)],
            [new("x", null!)],
            [new("x", ones(1)), new("x", ones(1))],
            [new("__metadata__", ones(1))],
            [new("\ud800", ones(1))],
            [new("x", ones(1, dtype: ScalarType.ComplexFloat32))],
            [new("x", ones(2, 2).to_sparse())],
            [new("x", csr)],
        ];
        foreach (var tensors in wrong)
        {
            Assert.Throws<ArgumentException>(() => SafeTensors.Write(_folder["w"], tensors));
        }

        Directory.CreateDirectory(_folder["folder"]);
        Assert.ThrowsAny<Exception>(() => SafeTensors.Write(_folder["folder"], [new("x", ones(1))]));
        Assert.Equal(["w"], _folder.Files);
        using var file = SafeTensorsFile.Open(_folder["w"]);
        Assert.Equal(["kept"], file.Names);
    }

    [Fact]
    public void A_name_that_is_not_there_is_named()
    {
        SafeTensors.Write(_folder["n"], [new("there", ones(2))]);
        using var file = SafeTensorsFile.Open(_folder["n"]);
        Assert.Contains("'missing'", Assert.Throws<KeyNotFoundException>(() => file.Read("missing")).Message);
    }

    [Fact]
    public void Reading_and_writing_leave_no_tensor_behind()
    {
        var tensors = new Dictionary<string, Tensor> { ["t"] = ones(3, 4).t(), ["p"] = ones(2).requires_grad_() };
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        SafeTensors.Write(_folder["l"], tensors);
        using var file = SafeTensorsFile.Open(_folder["l"]);
        file.Read("t").Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private Tensor RoundTrip(Tensor tensor)
    {
        SafeTensors.Write(_folder["r"], [new("t", tensor)]);
        using var file = SafeTensorsFile.Open(_folder["r"]);
        return file.Read("t");
    }

    private static void AssertSame(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.dtype, actual.dtype);
        Assert.Equal(expected.shape, actual.shape);
        Assert.False(actual.requires_grad);
        Assert.Equal(expected.detach().contiguous().bytes.ToArray(), actual.bytes.ToArray());
    }
}
