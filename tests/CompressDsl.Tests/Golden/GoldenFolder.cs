using System.Text.Json;

namespace CompressDsl.Tests;

/// <summary>A folder of reference vectors: <c>manifest.json</c> and the safetensors files that it names.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Cases">Its cases.</param>
internal sealed record GoldenFolder(string Path, IReadOnlyList<GoldenCase> Cases)
{
    /// <summary>More folders, separated like PATH.</summary>
    public const string Variable = "COMPRESSDSL_GOLDEN";

    private static readonly Lazy<IReadOnlyList<GoldenFolder>> LazyAll = new(ReadAll);

    /// <summary>Ours, then every folder that the environment names and that can be read.</summary>
    public static IReadOnlyList<GoldenFolder> All => LazyAll.Value;

    /// <summary>The folders that the environment names.</summary>
    public static string[] Named => [.. (Environment.GetEnvironmentVariable(Variable) ?? "")
        .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(System.IO.Path.GetFullPath)
        .Distinct()];

    /// <summary>Why a folder has no cases to offer; null where it has.</summary>
    public static string? WhyNot(string path)
    {
        if (!Directory.Exists(path))
        {
            return $"The folder {path} does not exist.";
        }

        try
        {
            return Read(path, "").Cases.Count > 0 ? null : $"The manifest in {path} has no cases.";
        }
        catch (Exception problem) when (problem is IOException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return $"The manifest in {path} cannot be read: {problem.Message}";
        }
    }

    private static GoldenFolder[] ReadAll() =>
    [
        Read(System.IO.Path.Combine(AppContext.BaseDirectory, "Golden", "data"), ""),
        .. Named.Where(static path => WhyNot(path) is null).Select(static path => Read(path, $" in {path}")),
    ];

    private static GoldenFolder Read(string path, string suffix)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(System.IO.Path.Combine(path, "manifest.json")));
        return new(path, [.. json.RootElement.EnumerateArray().Select(entry => new GoldenCase(path, entry.Clone(), suffix))]);
    }
}
