using CompressDsl.Build;

namespace CompressDsl.Tests.Loading;

public sealed class GlibcxxDemandTests
{
    private static readonly ElfImage Demanding = ElfImage.Build();

    [Fact]
    public void Demand_that_nothing_uses_is_made_weak_by_one_bit()
    {
        var expected = Demanding.Bytes.ToArray();
        expected[Demanding.FlagsAt] = 2;
        AssertRelaxed(expected, Demanding.Bytes, "its demand for GLIBCXX_3.4.32, which nothing in it uses, made weak");
    }

    [Fact]
    public void Weak_demand_is_left_alone() => AssertLeftAlone(ElfImage.Build(flags: 2).Bytes, "its demand for GLIBCXX_3.4.32 is weak already");

    [Fact]
    public void Other_flags_are_kept() => Assert.Equal(7, Relax(ElfImage.Build(flags: 5).Bytes).Image[Demanding.FlagsAt]);

    [Theory]
    [InlineData("libstdc++.so.6", "GLIBCXX_3.4.30")]
    [InlineData("libother.so.1", "GLIBCXX_3.4.32")]
    public void File_without_the_demand_is_left_alone(string library, string version)
        => AssertLeftAlone(ElfImage.Build(library, version).Bytes, "it does not ask for GLIBCXX_3.4.32");

    [Fact]
    public void Symbol_that_needs_the_version_is_named()
        => AssertLeftAlone(ElfImage.Build(symbol: "_ZSt4newbv").Bytes, "it needs GLIBCXX_3.4.32 for _ZSt4newbv");

    [Fact]
    public void Needless_symbol_with_a_relocation_is_needed()
        => AssertLeftAlone(ElfImage.Build(relocated: true).Bytes, "it needs GLIBCXX_3.4.32 for _ZSt21ios_base_library_initv");

    [Theory]
    [InlineData(0, 0x7e)]
    [InlineData(4, 1)]
    [InlineData(5, 2)]
    [InlineData(6, 0)]
    public void File_that_is_not_ELF64_little_endian_is_left_alone(int at, byte value)
    {
        var image = Demanding.Bytes.ToArray();
        image[at] = value;
        AssertLeftAlone(image, "it is not a little-endian ELF file of 64 bits");
    }

    [Fact]
    public void Truncated_file_is_left_alone()
    {
        for (var length = 0; length < Demanding.Bytes.Length; length++)
        {
            AssertLeftAlone(Demanding.Bytes[..length], length < 64 ? "it is not a little-endian ELF file of 64 bits" : "it is not a well-formed ELF file");
        }
    }

    /// <summary>Every bit of the small file is turned, and every byte set to its extremes: whatever the file then is, the flag is all that may change in it.</summary>
    [Fact]
    public void Damaged_file_changes_in_the_flag_or_not_at_all()
    {
        for (var at = 0; at < Demanding.Bytes.Length; at++)
        {
            var value = Demanding.Bytes[at];
            foreach (var damaged in Enumerable.Range(0, 8).Select(bit => value ^ 1 << bit).Append(0).Append(255))
            {
                var image = Demanding.Bytes.ToArray();
                image[at] = (byte)damaged;
                AssertAtMostTheFlag(image, Demanding.FlagsAt);
            }
        }
    }

    internal static void AssertAtMostTheFlag(byte[] image, int flagsAt)
    {
        var (relaxed, _) = Relax(image);
        Assert.True(relaxed[flagsAt] == image[flagsAt] || relaxed[flagsAt] == (image[flagsAt] | 2));
        relaxed[flagsAt] = image[flagsAt];
        Assert.True(relaxed.AsSpan().SequenceEqual(image));
    }

    internal static void AssertLeftAlone(byte[] image, string why) => AssertRelaxed(image, image, "left alone, " + why);

    private static void AssertRelaxed(byte[] expected, byte[] image, string report)
    {
        var (relaxed, actual) = Relax(image);
        Assert.StartsWith(report, actual, StringComparison.Ordinal);
        Assert.True(relaxed.AsSpan().SequenceEqual(expected));
    }

    private static (byte[] Image, string Report) Relax(byte[] image)
    {
        var copy = image.ToArray();
        return (copy, GlibcxxDemand.Relax(copy));
    }
}
