using System.Buffers.Binary;
using System.Text;
using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Checkpoints;

public sealed class SafeTensorsMalformedTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, int> HostileHeaders => new()
    {
        // header, what the message must name, bytes of data
        { "", "empty", 0 },
        { " {}", "0x20", 0 },
        { "[]", "0x5B", 0 },
        { "{", "JSON", 0 },
        { "{}}", "JSON", 0 },
        { "{} x", "JSON", 0 },
        { "{}\0", "JSON", 0 },
        { "{}", "4 bytes of data", 4 },
        { """{"a":1}""", "tensor 'a' is 1", 0 },
        { """{"a":null}""", "tensor 'a' is null", 0 },
        { """{"a":{}}""", "tensor 'a' must have dtype", 0 },
        { Entry("F32", "[1]", "[0]"), "tensor 'a' must have", 4 },
        { Entry("F32", "[1]", "[0,4,8]"), "tensor 'a' must have", 4 },
        { Entry("F31", "[1]", "[0,4]"), "'F31'", 4 },
        { """{"a":{"dtype":4,"shape":[1],"data_offsets":[0,4]}}""", "dtype is 4", 4 },
        { Entry("F32", "[-1]", "[0,4]"), "shape holds -1", 4 },
        { Entry("F32", "[1.0]", "[0,4]"), "shape holds 1.0", 4 },
        { Entry("F32", "[1e0]", "[0,4]"), "shape holds 1e0", 4 },
        { Entry("F32", "[\"1\"]", "[0,4]"), "shape is 1", 4 },
        { Entry("F32", "[[1]]", "[0,4]"), "shape is [", 4 },
        { Entry("F32", "1", "[0,4]"), "shape is 1", 4 },
        { Entry("F32", "null", "[0,4]"), "shape is null", 4 },
        { Entry("F32", "[1]", "[NaN,4]"), "JSON", 4 },
        { Entry("F32", "[1]", "[0,null]"), "data_offsets is null", 4 },
        { Entry("F32", "[1]", "[-4,0]"), "data_offsets holds -4", 4 },
        { Entry("F32", "[1]", "[0,18446744073709551615]"), "18446744073709551615", 4 },
        { Entry("F32", "[1]", "[0,9223372036854775807]"), "[0, 9223372036854775807]", 4 },
        { Entry("F32", "[1]", "[4,0]"), "[4, 0]", 4 },
        { Entry("F32", "[2]", "[0,4]"), "takes 8", 4 },
        { Entry("F32", "[1]", "[4,8]"), "hole", 8 },
        { Entry("F32", "[1]", "[0,4]"), "8 bytes of data", 8 },
        { Entry("F32", "[4611686018427387904,4]", "[0,4]"), "shape [4611686018427387904, 4]", 4 },
        { Entry("F32", "[0,4611686018427387904,4]", "[0,0]"), "shape [0, 4611686018427387904, 4]", 0 },
        { Entry("F4", "[1]", "[0,1]"), "whole number of bytes", 1 },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", "overlap", 3 },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", "'a' twice", 2 },
        { """{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", "'dtype' twice", 1 },
        { """{"a":{"dtype":"U8","shape":[1],"shape":[1],"data_offsets":[0,1]}}""", "'shape' twice", 1 },
        { """{"__metadata__":{},"__metadata__":{}}""", "'__metadata__' twice", 0 },
        { """{"__metadata__":{"k":"1","\u006b":"2"}}""", "'k' twice", 0 },
        { """{"__metadata__":{"k":1}}""", "'k' is 1", 0 },
        { """{"__metadata__":{"k":{}}}""", "'k' is {", 0 },
        { """{"__metadata__":[]}""", "__metadata__ is [", 0 },
        { """{"\ud800":{}}""", "ud800", 0 },
        { """{"__metadata__":{"k":"\udc00"}}""", "udc00", 0 },
        { Entry("U8", "[" + string.Join(',', Enumerable.Repeat(1, 65)) + "]", "[0,1]"), "64 dimensions", 1 },
        { $$"""{"{{new string('n', 5000)}}":0}""", "nnn...' is 0", 0 },
        { "{\"a\":" + new string('[', 100_000), "tensor 'a' is [", 0 },
        { "{\"a\":{\"x\":" + string.Concat(Enumerable.Repeat("{\"x\":", 1000)), "JSON", 0 },
    };

    [Theory]
    [MemberData(nameof(HostileHeaders))]
    public void A_hostile_header_is_one_clear_error(string header, string named, int dataBytes)
    {
        var error = AssertRefused(Build(Encoding.UTF8.GetBytes(header), dataBytes));
        Assert.Contains(named, error.Message);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_refused() =>
        Assert.Contains("UTF-8", AssertRefused(Build([.. "{\"a"u8, 0xC3, .. "\":1}"u8], 0)).Message);

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData((1UL << 63) - 1)]
    [InlineData(1UL << 32)]
    [InlineData(100_000_001UL)]
    [InlineData(3UL)]
    public void A_header_longer_than_the_file_is_refused(ulong length)
    {
        var bytes = new byte[10];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        "{}"u8.CopyTo(bytes.AsSpan(8));
        Assert.Contains(length.ToString(), AssertRefused(bytes).Message);
    }

    [Fact]
    public void A_header_over_the_cap_is_refused_even_where_the_file_is_long_enough()
    {
        using (var file = File.Create(_folder["long"]))
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, 100_000_001);
            file.Write(length);
            file.SetLength(200_000_000); // sparse: no disk is used
        }

        Assert.Contains("100000001", AssertRefused(_folder["long"]).Message);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        var whole = Valid();
        for (var length = 0; length < whole.Length; length++)
        {
            AssertRefused(whole[..length]);
        }
    }

    [Fact]
    public void Any_changed_bytes_read_or_are_refused()
    {
        var whole = Valid();
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 4].Sample(
            changes =>
            {
                using var scope = NewDisposeScope();
                var bytes = whole.ToArray();
                foreach (var (at, value) in changes)
                {
                    bytes[at] = value;
                }

                File.WriteAllBytes(_folder["f"], bytes);
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    using var file = SafeTensorsFile.Open(_folder["f"]);
                    foreach (var name in file.Names)
                    {
                        Assert.Equal(file.Tensors[name].Shape, file.Read(name).shape);
                    }
                }
                catch (SafeTensorsException)
                {
                }

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 18);
            },
            iter: 3000,
            threads: 1);
    }

    [Fact]
    public void A_valid_dtype_that_TorchSharp_lacks_can_be_listed_but_not_read()
    {
        File.WriteAllBytes(_folder["f8"], Build(Encoding.UTF8.GetBytes(Entry("F8_E4M3", "[2]", "[0,2]")), 2));
        using var file = SafeTensorsFile.Open(_folder["f8"]);
        Assert.Equal(new SafeTensorInfo("a", "F8_E4M3", file.Tensors["a"].Shape, 0, 2), file.Tensors["a"]);
        Assert.Contains("F8_E4M3", Assert.Throws<SafeTensorsException>(() => file.Read("a")).Message);
    }

    [Fact]
    public void A_bool_of_another_byte_is_refused()
    {
        var bytes = Build(Encoding.UTF8.GetBytes(Entry("BOOL", "[3]", "[0,3]")), 3);
        bytes[^1] = 2;
        File.WriteAllBytes(_folder["b"], bytes);
        using var file = SafeTensorsFile.Open(_folder["b"]);
        Assert.Contains("element 2 is 2", Assert.Throws<SafeTensorsException>(() => file.Read("a")).Message);
    }

    [Fact]
    public void What_the_reference_lets_pass_passes()
    {
        var header = """
            {"z":{"x":[1,{}],"shape":[0,3],"data_offsets":[1,1],"dtype":"F32"},
            "__metadata__":null,"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}
            """;
        File.WriteAllBytes(_folder["p"], Build(Encoding.UTF8.GetBytes(header + "\n\t "), 1));
        using var file = SafeTensorsFile.Open(_folder["p"]);
        Assert.Equal(["a", "z"], file.Names);
        using var empty = file.Read("z");
        Assert.Equal([0, 3], empty.shape);
    }

    [Fact]
    public void A_file_that_shrinks_while_it_is_open_is_refused()
    {
        File.WriteAllBytes(_folder["s"], Build(Encoding.UTF8.GetBytes(Entry("U8", "[9]", "[0,9]")), 9));
        using var file = SafeTensorsFile.Open(_folder["s"]);
        using (var other = new FileStream(_folder["s"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            other.SetLength(other.Length - 1);
        }

        Assert.Contains("early", Assert.Throws<SafeTensorsException>(() => file.Read("a")).Message);
    }

    private SafeTensorsException AssertRefused(byte[] bytes)
    {
        File.WriteAllBytes(_folder["x"], bytes);
        return AssertRefused(_folder["x"]);
    }

    private static SafeTensorsException AssertRefused(string path)
    {
        var tensors = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var before = GC.GetAllocatedBytesForCurrentThread();
        SafeTensorsException? error = null;
        try
        {
            SafeTensorsFile.Open(path).Dispose();
        }
        catch (SafeTensorsException refused)
        {
            error = refused;
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.NotNull(error);
        Assert.StartsWith(path, error.Message);
        Assert.Equal(path, error.Path);
        Assert.InRange(allocated, 0, (1 << 17) + (4 * Math.Min(new FileInfo(path).Length, 1 << 20)));
        Assert.InRange(error.Message.Length, 0, 1000);
        Assert.Equal(tensors, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        return error;
    }

    private static string Entry(string dtype, string shape, string offsets) =>
        $$$"""{"a":{"dtype":"{{{dtype}}}","shape":{{{shape}}},"data_offsets":{{{offsets}}}}}""";

    private static byte[] Build(byte[] header, int dataBytes)
    {
        var bytes = new byte[8 + header.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes, 8);
        return bytes;
    }

    private byte[] Valid()
    {
        using var scope = NewDisposeScope();
        SafeTensors.Write(
            _folder["v"],
            [new("a", ones(2, 3)), new("b", ones(0, 2)), new("c", zeros(3, dtype: ScalarType.Bool)), new("d", tensor(1L))],
            new Dictionary<string, string> { ["key"] = "value" });
        return File.ReadAllBytes(_folder["v"]);
    }
}
