using System.Text.Json;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// How fast layers are on this machine, dense and compact: what decides between kernels. It grows by what <c>Compact</c> meets: a layer of another shape, type, sparsity (in
/// steps of a twentieth) or storage is measured once, in seconds, and read from a file from then on.
/// </summary>
/// <param name="Machine">The processor, its registers, the number of threads, and the version of libtorch: a table of another machine says nothing.</param>
/// <param name="Timings">What was measured, by layer and number of vectors.</param>
public sealed record KernelTable(string Machine, IReadOnlyList<KernelTiming> Timings)
{
    private static readonly Lock Gate = new();

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    private static KernelTable? known;

    private static string path = System.IO.Path.Combine(LocalData(), "CompressDsl", "kernels.json");

    /// <summary>
    /// The file that keeps the tables, one for each machine that wrote there; by default <c>CompressDsl/kernels.json</c> in the folder for local application
    /// data. Where it cannot be written, the table lasts as long as the process.
    /// </summary>
    public static string Path
    {
        get => path;
        set
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value);
            lock (Gate)
            {
                (path, known) = (value, null);
            }
        }
    }

    /// <summary>The table as it is now.</summary>
    public static KernelTable Current
    {
        get
        {
            lock (Gate)
            {
                var machine = CompressDsl.Machine.Describe(get_num_threads());
                return known = known?.Machine == machine ? known : Of(machine, ReadAll());
            }
        }
    }

    /// <summary>Forgets everything, so that every layer is measured again.</summary>
    public static void Clear()
    {
        lock (Gate)
        {
            File.Delete(Path);
            known = null;
        }
    }

    /// <summary>A row of the table without the times of kernels.</summary>
    internal static KernelTiming Row(SparseStorage storage, int vectors, double dense) => new(
        storage.Kernel, storage.Type.ToString(), storage.Shape.Rows, storage.Shape.Columns, Math.Round((1 - storage.Density) * 20) / 20, vectors, dense);

    /// <summary>What is known of a layer; empty where it was not measured.</summary>
    internal static IReadOnlyList<KernelTiming> Find(SparseStorage storage)
    {
        var row = Row(storage, 0, 0);
        return [.. Current.Timings.Where(row.IsOfSameLayer).OrderBy(static timing => timing.Vectors)];
    }

    /// <summary>Adds the timings of one layer, in place of older ones.</summary>
    internal static void Add(IReadOnlyList<KernelTiming> timings)
    {
        lock (Gate)
        {
            // Another process may have added to the file, or the file cannot be written and this is all there is.
            var all = ReadAll();
            var (machine, before) = Current;
            var others = Of(machine, all).Timings.Where(row => !before.Any(row.IsOfSameLayer));
            known = new(machine, [.. before.Concat(others).Where(row => !row.IsOfSameLayer(timings[0])), .. timings]);
            Write([.. all.Where(table => table.Machine != machine), known]);
        }
    }

    private static string LocalData() =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } folder
            ? folder
            : System.IO.Path.GetTempPath();

    private static KernelTable Of(string machine, KernelTable[] all) => all.FirstOrDefault(table => table.Machine == machine) ?? new(machine, []);

    private static KernelTable[] ReadAll()
    {
        try
        {
            var all = File.Exists(Path) ? JsonSerializer.Deserialize<KernelTable[]>(File.ReadAllBytes(Path), Json) : null;
            return [.. (all ?? []).Where(static table => table is { Machine: not null, Timings: not null })];
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            // It is a cache: what cannot be read is measured again.
            return [];
        }
    }

    private static void Write(KernelTable[] tables)
    {
        var temporary = $"{Path}.{Environment.ProcessId}.tmp";
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!);
            File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(tables, Json));
            File.Move(temporary, Path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The table lasts as long as the process, as Path says.
        }
    }
}
