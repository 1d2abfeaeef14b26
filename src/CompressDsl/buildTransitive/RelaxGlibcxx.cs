#pragma warning disable IDE0005 // The tests have most of these by default, MSBuild has none.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
#pragma warning restore IDE0005

namespace CompressDsl.Build;

/// <summary>Takes back a shared library's demand for the libstdc++ of GCC 13 where nothing in the library depends on it.</summary>
/// <remarks>
/// An ELF file lists which versions of which libraries it was linked against, and the loader refuses it when the machine's library lacks one that is
/// not marked weak. A compiler of GCC 13 or later lists GLIBCXX_3.4.32 for the sake of <c>std::ios_base_library_init</c>, a symbol that serves the
/// static linker alone: no relocation refers to it, so no loader ever looks for it. Where no other symbol has that version, marking the version
/// weak changes one bit of the file and nothing that runs. The layout is that of the System V ABI and of "Symbol Versioning" in the Linux Standard Base.
/// This file is compiled twice: by MSBuild as an inline task, against .NET Standard 2.0, and into the tests.
/// </remarks>
internal static class GlibcxxDemand
{
    private const string Version = "GLIBCXX_3.4.32", Library = "libstdc++.so.", UnusedSymbol = "_ZSt21ios_base_library_initv";
    private const int HeaderSize = 64, SectionHeaderSize = 64, SymbolSize = 24;
    private const byte WeakFlag = 2;

    /// <summary>Marks the demand weak in <paramref name="image"/> where that is both needed and safe, and else leaves every byte alone.</summary>
    /// <param name="image">The bytes of any file at all; one that is no ELF file, or a broken one, is left alone.</param>
    /// <returns>What was done, or why nothing was, as the end of a sentence about the file.</returns>
    public static string Relax(byte[] image)
    {
        // Magic number, 64 bits, little-endian, version 1.
        if (image.Length < HeaderSize || !image.Take(7).SequenceEqual(new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }))
        {
            return "left alone, it is not a little-endian ELF file of 64 bits";
        }

        try
        {
            var sections = ReadSections(new Bytes(image));
            var entries = sections.Where(section => section.Type == SectionType.VersionNeeds).SelectMany(FindEntries).ToList();
            var strict = entries.Where(entry => (entry.Read(4, 2) & WeakFlag) == 0).ToList();
            if (strict.Count == 0)
            {
                return entries.Count == 0 ? $"left alone, it does not ask for {Version}" : $"left alone, its demand for {Version} is weak already";
            }

            var used = strict.SelectMany(entry => FindUsedSymbols(sections, version: entry.Read(6, 2))).ToList();
            if (used.Count > 0)
            {
                return $"left alone, it needs {Version} for {string.Join(", ", used)}";
            }

            foreach (var entry in strict)
            {
                image[entry.Start + 4] |= WeakFlag;
            }

            return $"its demand for {Version}, which nothing in it uses, made weak";
        }
        catch (InvalidDataException malformed)
        {
            return $"left alone, it is not a well-formed ELF file: {malformed.Message}";
        }
    }

    private static List<Section> ReadSections(Bytes file)
    {
        var sections = new List<Section>();
        var count = file.Read(60, 2);
        var table = file.Part(file.Read(40, 8), count * SectionHeaderSize);
        for (var i = 0; i < count; i++)
        {
            sections.Add(new Section(file, table.Part(i * SectionHeaderSize, SectionHeaderSize), sections));
        }

        return sections;
    }

    /// <summary>The entries (Elf64_Vernaux) that ask for the version, found under the entries (Elf64_Verneed) that name libstdc++.</summary>
    private static IEnumerable<Bytes> FindEntries(Section needs)
    {
        var names = needs.Linked.Content;
        return from library in Chain(needs.Content, at: 0)
               where names.Text(library.Read(4, 4)).StartsWith(Library, StringComparison.Ordinal)
               from entry in Chain(needs.Content, at: library.Start - needs.Content.Start + library.Read(8, 4))
               where names.Text(entry.Read(8, 4)) == Version
               select entry;
    }

    /// <summary>Both kinds of entry have 16 bytes, the last four of which are the distance to the next one, or 0.</summary>
    private static IEnumerable<Bytes> Chain(Bytes content, long at)
    {
        for (long step = -1; step != 0; at += step)
        {
            var entry = content.Part(at, 16);
            step = entry.Read(12, 4);
            yield return entry;
        }
    }

    /// <summary>The symbols of the version that a loader would look for: all but the one that is known to be needless and has no relocation.</summary>
    private static IEnumerable<string> FindUsedSymbols(List<Section> sections, long version)
    {
        var versions = sections.Find(section => section.Type == SectionType.SymbolVersions)
            ?? throw new InvalidDataException("it needs versions of symbols but gives its symbols none");
        var symbols = versions.Linked;
        var names = symbols.Linked.Content;
        var relocated = new HashSet<long>(
            from section in sections
            let size = section.Type == SectionType.RelocationsWithAddend ? 24 : section.Type == SectionType.Relocations ? 16 : 0
            where size != 0 && section.Linked == symbols
            from i in Enumerable.Range(0, section.Content.Length / size)
            select section.Content.Read(i * size + 12, 4));

        return from symbol in Enumerable.Range(0, symbols.Content.Length / SymbolSize)
               where (versions.Content.Read(symbol * 2, 2) & 0x7fff) == version
               let name = names.Text(symbols.Content.Read(symbol * SymbolSize, 4))
               where name != UnusedSymbol || relocated.Contains(symbol)
               select name;
    }

    private static class SectionType
    {
        public const long RelocationsWithAddend = 4, Relocations = 9, VersionNeeds = 0x6ffffffe, SymbolVersions = 0x6fffffff;
    }

    private sealed class Section(Bytes file, Bytes header, List<Section> sections)
    {
        public long Type => header.Read(4, 4);

        /// <summary>Read when asked for: sections that are nobody's business here may lie outside of the file, as .bss does.</summary>
        public Bytes Content => file.Part(header.Read(24, 8), header.Read(32, 8));

        public Section Linked => header.Read(40, 4) is var link && link < sections.Count
            ? sections[(int)link]
            : throw new InvalidDataException($"there is no section {link}");
    }

    /// <summary>A stretch of the file. Whoever asks for bytes outside of it has met a malformed file.</summary>
    private readonly struct Bytes
    {
        private readonly byte[] _image;

        public Bytes(byte[] image)
            : this(image, 0, image.Length)
        {
        }

        private Bytes(byte[] image, int start, int length) => (_image, Start, Length) = (image, start, length);

        public int Start { get; }

        public int Length { get; }

        public Bytes Part(long at, long length) => at >= 0 && length >= 0 && at <= Length - length
            ? new Bytes(_image, Start + (int)at, (int)length)
            : throw new InvalidDataException($"no {length} bytes at {at} among the {Length} bytes at {Start}");

        /// <summary>The little-endian number of <paramref name="width"/> bytes; one of 8 bytes too large for a file comes out negative.</summary>
        public long Read(long at, int width)
        {
            var bytes = Part(at, width);
            var number = 0L;
            for (var i = width - 1; i >= 0; i--)
            {
                number = number << 8 | _image[bytes.Start + i];
            }

            return number;
        }

        /// <summary>The text from <paramref name="at"/> to the next zero byte.</summary>
        public string Text(long at)
        {
            var start = Part(at, 1).Start;
            var end = Array.IndexOf(_image, (byte)0, start, Start + Length - start);
            return end >= 0 ? Encoding.UTF8.GetString(_image, start, end - start) : throw new InvalidDataException($"the text at {start} has no end");
        }
    }
}

#if !NET // The inline task; the tests are compiled for .NET, and without MSBuild.

/// <summary>Writes a copy of a file whose needless demand for a new libstdc++ is weak, or that is equal to it where there is no such demand.</summary>
public sealed class RelaxGlibcxx : Microsoft.Build.Utilities.Task
{
    /// <summary>The file; only read.</summary>
    [Microsoft.Build.Framework.Required]
    public string Source { get; set; }

    /// <summary>The copy; there is a whole one at every moment, or none.</summary>
    [Microsoft.Build.Framework.Required]
    public string Destination { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        var partial = $"{Destination}.{Guid.NewGuid():N}";
        try
        {
            var image = File.ReadAllBytes(Source);
            Log.LogMessage(Microsoft.Build.Framework.MessageImportance.Low, "{0}: {1}.", Source, GlibcxxDemand.Relax(image));
            Directory.CreateDirectory(Path.GetDirectoryName(Destination));
            using (var stream = new FileStream(partial, FileMode.CreateNew))
            {
                stream.Write(image, 0, image.Length);
                stream.Flush(flushToDisk: true);
            }

            // A new file under the old name: the old one may be linked from an output folder, or loaded.
            File.Delete(Destination);
            File.Move(partial, Destination);
        }
        catch (Exception e) when (e is IOException || e is UnauthorizedAccessException)
        {
            File.Delete(partial);
            Log.LogError("Cannot write {0} from {1}: {2}", Destination, Source, e.Message);
        }

        return !Log.HasLoggedErrors;
    }
}

#endif
