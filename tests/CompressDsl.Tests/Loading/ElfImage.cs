using System.Text;

namespace CompressDsl.Tests.Loading;

/// <summary>The smallest ELF file with one versioned symbol: what <c>readelf --dyn-syms --version-info --relocs</c> shows of a real one, and nothing else.</summary>
internal sealed class ElfImage
{
    private const int HeaderSize = 64;

    private readonly MemoryStream _content = new();
    private readonly List<(uint Type, uint Link, long Offset, long Size)> _sections = [(0, 0, 0, 0)];

    private ElfImage(string library, string version, string symbol, ushort flags, bool relocated)
    {
        _content.Write(new byte[HeaderSize]);
        var names = Encoding.ASCII.GetBytes($"\0{library}\0{version}\0{symbol}\0");
        var (libraryAt, versionAt, symbolAt) = (1, 2 + library.Length, 3 + library.Length + version.Length);

        AddSection(type: 3, link: 0, write => write.Write(names));
        AddSection(type: 11, link: 1, write =>
        {
            write.Write(new byte[24]);
            write.Write(symbolAt);
            write.Write(new byte[20]);
        });
        AddSection(type: 0x6fffffff, link: 2, write =>
        {
            write.Write((ushort)0);
            write.Write((ushort)5);
        });
        FlagsAt = (int)_content.Length + 16 + 4;
        AddSection(type: 0x6ffffffe, link: 1, write =>
        {
            write.Write([1, 0, 1, 0]);
            write.Write(libraryAt);
            write.Write(16);
            write.Write(0);

            write.Write(0x12345678);
            write.Write(flags);
            write.Write((ushort)5);
            write.Write(versionAt);
            write.Write(0);
        });
        AddSection(type: 4, link: 2, write =>
        {
            write.Write(0L);
            write.Write(7);
            write.Write(relocated ? 1 : 0);
            write.Write(0L);
        });
        // .bss: takes no room in the file, whatever its size.
        _sections.Add((8, 0, 1L << 40, 1L << 40));
        Bytes = Finish();
    }

    /// <summary>The whole file.</summary>
    public byte[] Bytes { get; }

    /// <summary>Where the flags of the version's entry are.</summary>
    public int FlagsAt { get; }

    public static ElfImage Build(
        string library = "libstdc++.so.6",
        string version = "GLIBCXX_3.4.32",
        string symbol = "_ZSt21ios_base_library_initv",
        ushort flags = 0,
        bool relocated = false)
        => new(library, version, symbol, flags, relocated);

    private void AddSection(uint type, uint link, Action<BinaryWriter> write)
    {
        var start = _content.Length;
        write(new BinaryWriter(_content));
        _sections.Add((type, link, start, _content.Length - start));
    }

    private byte[] Finish()
    {
        var tableAt = _content.Length;
        var writer = new BinaryWriter(_content);
        foreach (var (type, link, offset, size) in _sections)
        {
            writer.Write(0);
            writer.Write(type);
            writer.Write(new byte[16]);
            writer.Write(offset);
            writer.Write(size);
            writer.Write(link);
            writer.Write(new byte[20]);
        }

        _content.Position = 0;
        writer.Write([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]);
        _content.Position = 40;
        writer.Write(tableAt);
        _content.Position = 60;
        writer.Write((ushort)_sections.Count);
        return _content.ToArray();
    }
}
